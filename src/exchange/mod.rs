//! Sans-I/O: an exchange says what to do next and is resumed with what came of it.
