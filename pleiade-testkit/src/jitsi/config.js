// Configuration of the simulated web client, written as the Docker images write it.
var config = {};

config.hosts = {};
config.hosts.domain = 'meet.jitsi';
config.hosts.muc = 'muc.meet.jitsi';
config.bosh = '/http-bind';
config.websocket = 'wss://visio.demonstration.example/xmpp-websocket';
config.enableInsecureRoomNameWarning = true;
config.prejoinConfig = {
    enabled: true,
};
