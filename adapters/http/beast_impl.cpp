// Asio and Beast are compiled once, here, instead of into every file that uses them.
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
