"""The grammar of the language, what is said about broken programs, and the script that makes tables of both."""
