use strict;
use warnings;
use Lemonldap::NG::Handler::Server::Nginx;

Lemonldap::NG::Handler::Server::Nginx->run( {} );
