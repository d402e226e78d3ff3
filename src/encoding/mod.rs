//! Text and bytes: base64url, forms, bounded JSON, challenges, digests.
