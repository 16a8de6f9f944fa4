use strict;
use warnings;
use Plack::Builder;
use Plack::App::File;
use Lemonldap::NG::Portal::Main;

# The portal loads a captcha module even when no form shows one, and its own needs ImageMagick.
package Lemonldap::NG::Portal::Captcha::None {
    use Mouse;
    extends 'Lemonldap::NG::Portal::Main::Plugin';
    sub init { 1 }
    $INC{'Lemonldap/NG/Portal/Captcha/None.pm'} = 1;
}

builder {
    mount '/static' => Plack::App::File->new(
        root => '/usr/share/lemonldap-ng/portal/htdocs/static' )->to_app;
    mount '/' => Lemonldap::NG::Portal::Main->run( {} );
};
