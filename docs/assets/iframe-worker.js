/* Browsers start no workers for pages that are opened as files. There, the search runs in a hidden
   frame instead, which is given what a worker would have: messages both ways, and importScripts. */
if (location.protocol === "file:") {
    window.IFrameWorker = class extends EventTarget {
        constructor(address) {
            super();
            const frame = document.createElement("iframe");
            frame.hidden = true;
            document.body.append(frame);
            this.inside = frame.contentWindow;
            this.waiting = [];
            const inside = this.inside;
            inside.importScripts = (...scripts) =>
                scripts.reduce((before, one) => before.then(() => this.load(one)), Promise.resolve());
            inside.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
            this.load(address).then(() => {
                const sent = this.waiting;
                this.waiting = null;
                sent.forEach((data) => this.postMessage(data));
            });
        }

        load(address) {
            const page = this.inside.document;
            const script = page.createElement("script");
            script.src = new URL(address, location.href).href;
            return new Promise((resolve, reject) => {
                script.onload = resolve;
                script.onerror = reject;
                page.head.append(script);
            });
        }

        postMessage(data) {
            if (this.waiting) this.waiting.push(data);
            else this.inside.dispatchEvent(new MessageEvent("message", { data }));
        }

        terminate() {
            this.inside.frameElement.remove();
        }
    };
    window.Worker = window.IFrameWorker;
}
