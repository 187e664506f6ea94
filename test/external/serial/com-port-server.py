# pyserial's own RFC 2217 server (serial.rfc2217.PortManager) over a port that is not there: what a client sets is logged on stdout, and
# data comes back as it was sent. Says its TCP port first.

import socket

import serial
import serial.rfc2217


class Port(serial.SerialBase):
    def __init__(self):
        super().__init__()
        self.is_open = True

    def _reconfigure_port(self, *_, **__):
        print("baud=%s parity=%s" % (self._baudrate, self._parity), flush=True)

    def _update_dtr_state(self):
        print("dtr=%d" % self._dtr_state, flush=True)

    def _update_rts_state(self):
        print("rts=%d" % self._rts_state, flush=True)

    def _update_break_state(self):
        pass

    def reset_input_buffer(self):
        pass

    def reset_output_buffer(self):
        pass

    cts = dsr = ri = cd = property(lambda self: True)


server = socket.create_server(("127.0.0.1", 0))
print("port=%d" % server.getsockname()[1], flush=True)
client, _ = server.accept()


class Line:
    def write(self, data):
        client.sendall(data)


manager = serial.rfc2217.PortManager(Port(), Line())
while received := client.recv(1024):
    data = b"".join(manager.filter(received))
    if data:
        client.sendall(b"".join(manager.escape(data)))
