// Asio's TLS, compiled once; apart from the rest, so that programs without TLS do not link it.
#include <boost/asio/ssl/impl/src.hpp>
