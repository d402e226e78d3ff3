//! Discovery: policies, addresses, the document.
