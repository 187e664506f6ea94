# Stock zigpy-znp, the radio library of ZHA, as a host: forms a network, has a device join, updates it, goes on with the
# network, makes a backup and restores it. Run by hand, for no package brings it: test/helpers/hosts/record-zigpy-znp.ts
# says how. Arguments: HOST:PORT of the stick, directory with the images. Says what happens as JSON Lines.

import asyncio
import json
import sys

import zigpy.backups
import zigpy.zcl.clusters.general as general
from zigpy_znp.zigbee.application import ControllerApplication

JOIN_WITHIN = 30
UPDATE_WITHIN = 120
DEVICE_QUERIES_AT_ONCE = (0, 100)


def say(name, **fields):
    print(json.dumps({"name": name, **fields}), flush=True)


class Joined:
    def __init__(self):
        self.device = asyncio.get_running_loop().create_future()

    def device_initialized(self, device):
        if device.model is not None and not self.device.done():
            self.device.set_result(device)


class Served:
    def __init__(self):
        self.status = asyncio.get_running_loop().create_future()

    def cluster_command(self, tsn, command_id, args):
        if command_id == 0x06:
            self.status.set_result(int(args[0]))


def config(stick, images):
    return ControllerApplication.SCHEMA(
        {
            "device": {"path": f"socket://{stick}"},
            "ota": {"otau_directory": images},
            "topology_scan_enabled": False,
            "backup_enabled": False,
        }
    )


async def start(stick, images):
    app = await ControllerApplication.new(config(stick, images), auto_form=True)
    network = app.state.network_info
    say("up", pan=int(network.pan_id), channel=int(network.channel))
    return app


async def update(app):
    joined = Joined()
    app.add_listener(joined)
    await app.permit(60)
    device = await asyncio.wait_for(joined.device, JOIN_WITHIN)
    say("joined", device=str(device.ieee), model=device.model, maker=device.manufacturer)
    [cluster] = [
        endpoint.out_clusters[general.Ota.cluster_id]
        for number, endpoint in device.endpoints.items()
        if number and general.Ota.cluster_id in endpoint.out_clusters
    ]
    served = Served()
    cluster.add_listener(served)
    await cluster.image_notify(*DEVICE_QUERIES_AT_ONCE)
    say("ended", status=await asyncio.wait_for(served.status, UPDATE_WITHIN))
    # The answer to the last request is on its way.
    await asyncio.sleep(1)


async def main(stick, images):
    app = await start(stick, images)
    await update(app)
    await app.shutdown()
    # It goes on with the network, and reads all that is to be kept of it.
    app = await start(stick, images)
    await app.load_network_info(load_devices=True)
    info, node = app.state.network_info, app.state.node_info
    say("kept", frame_counter=int(info.network_key.tx_counter))
    await app.shutdown()
    # As onto a stick that was in another network.
    app = ControllerApplication(config(stick, images))
    await app.connect()
    await app.write_network_info(network_info=info, node_info=node)
    await app.load_network_info(load_devices=True)
    restored = app.state.network_info
    same = restored.pan_id == info.pan_id and restored.network_key.key == info.network_key.key
    say("restored", same=same)
    await app.start_network()
    await app.shutdown()
    say("done")


asyncio.run(main(*sys.argv[1:3]))
