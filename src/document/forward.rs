//! Gives a type that keeps a document the whole `try_get_*` family.

/// Adds the `try_get_*` family to `$type` as methods that ask the document in `$field` (a path such as `inner.document`).
macro_rules! forward_document {
    ($type:ty, $($field:ident).+) => {
        /// Members by name, standard or not. Members that are secrets have left for their types: none is what is said of them.
        impl $type {
            /// The document that the response came as, without its secrets.
            pub fn document(&self) -> &$crate::document::Document {
                &self.$($field).+
            }

            /// The string `name`. Any other type, `null` and absence: none.
            pub fn try_get_str(&self, name: &str) -> Option<&str> {
                self.document().try_get_str(name)
            }

            /// The string `name`, owned; a number or boolean as its JSON text. Arrays, objects, `null`, absence: none.
            pub fn try_get_string(&self, name: &str) -> Option<String> {
                self.document().try_get_string(name)
            }

            /// The boolean `name`, or the string `true` or `false` in any case. Anything else: none.
            pub fn try_get_boolean(&self, name: &str) -> Option<bool> {
                self.document().try_get_boolean(name)
            }

            /// The strings of the array `name`; a single string counts as one element. Anything else: empty.
            pub fn try_get_string_array(&self, name: &str) -> Vec<String> {
                self.document().try_get_string_array(name)
            }

            /// The whole number `name`, or a string of digits that is one. Anything else: none.
            pub fn try_get_i64(&self, name: &str) -> Option<i64> {
                self.document().try_get_i64(name)
            }

            /// The string `name` as a URL. Any other type, and what is no absolute URL: none.
            pub fn try_get_url(&self, name: &str) -> Option<url::Url> {
                self.document().try_get_url(name)
            }

            /// The JSON value `name`. `null` and absence: none.
            pub fn try_get_value(&self, name: &str) -> Option<serde_json::Value> {
                self.document().try_get_value(name)
            }

            /// The member `name` as any type. `null` and absence: none.
            ///
            /// # Errors
            /// `DocumentError` names the member, the type that was wanted, and the JSON path of what stands there instead.
            pub fn try_get<T: serde::de::DeserializeOwned>(
                &self,
                name: &str,
            ) -> Result<Option<T>, $crate::document::DocumentError> {
                self.document().try_get(name)
            }
        }
    };
}

pub(crate) use forward_document;
