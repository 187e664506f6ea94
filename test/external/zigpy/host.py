# zigpy as a host that updates devices: joins them, notifies each that there is an image, and ends when told or when all
# of them have come back. Arguments: HOST:PORT of the stick, directory with the images, number of devices. Says what
# happens as JSON Lines.

import asyncio
import json
import os
import sys

import zigpy.zcl.clusters.general as general

sys.path.insert(0, os.path.dirname(__file__))
from znp import Radio  # noqa: E402

JOIN_WITHIN = 30
BEGIN_WITHIN = 10
UPDATE_WITHIN = 120
DEVICE_QUERIES_AT_ONCE = (0, 100)


def say(name, **fields):
    print(json.dumps({"name": name, **fields}), flush=True)


class Watch:
    """zigpy's own events."""

    def __init__(self, wanted):
        self.wanted, self.ready = wanted, {}
        self.all = asyncio.Event()

    def device_initialized(self, device):
        # Joining and announcing begin two initializations; one that was overtaken knows no model.
        if device.model is None or device.ieee in self.ready:
            return
        say("initialized", device=str(device.ieee), model=device.model, maker=device.manufacturer)
        self.ready[device.ieee] = device
        if len(self.ready) == self.wanted:
            self.all.set()


class Served:
    """Requests that zigpy's server of the OTA cluster was asked, by cluster listeners."""

    def __init__(self, device):
        self.device, self.blocks = device, 0
        self.began, self.ended = asyncio.Event(), asyncio.Event()

    def cluster_command(self, tsn, command_id, args):
        if command_id == 0x03:
            self.blocks += 1
            self.began.set()
        if command_id == 0x06:
            say("ended", device=str(self.device.ieee), blocks=self.blocks, status=int(args[0]))
            self.ended.set()


def serve(device):
    """The cluster that updates a device, and who watches it."""
    [cluster] = [
        endpoint.out_clusters[general.Ota.cluster_id]
        for number, endpoint in device.endpoints.items()
        if number and general.Ota.cluster_id in endpoint.out_clusters
    ]
    served = Served(device)
    cluster.add_listener(served)
    return cluster, served


async def update(devices):
    """All at once, but for their beginnings: while zigpy reads an image, it tells others that there is none."""
    all_served = []
    for device in devices:
        cluster, served = serve(device)
        all_served.append(served)
        await cluster.image_notify(*DEVICE_QUERIES_AT_ONCE)
        await asyncio.wait_for(served.began.wait(), BEGIN_WITHIN)
    for served in all_served:
        await asyncio.wait_for(served.ended.wait(), UPDATE_WITHIN)


async def main(stick, images, count):
    config = {
        "device": {"path": stick},
        "ota": {"otau_directory": images},
        "topology_scan_enabled": False,
        "backup_enabled": False,
    }
    app = await Radio.new(config, auto_form=True)
    try:
        say("formed", pan=int(app.state.network_info.pan_id))
        watch = Watch(count)
        app.add_listener(watch)
        await app.permit(60)
        await asyncio.wait_for(watch.all.wait(), JOIN_WITHIN)
        await update(watch.ready.values())
        # The answer to the last request is on its way.
        await asyncio.sleep(1)
        say("done")
    finally:
        await app.shutdown()


asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
