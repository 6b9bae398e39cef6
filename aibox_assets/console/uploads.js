// Sends dropped and chosen files to POST /api/v1/files, three at a time, each with a bar and in the folders that it was
// dropped with. What fails by the connection is tried again under the same key, so that nothing arrives twice: after a
// growing pause, at once when the browser is back on line, and in the end by a button.
(() => {
  if (window.aiboxUploads) return;
  const words = window.aiboxUploadWords, waiting = [], resting = new Set(), most = 3, tries = 8, longest = 30000;
  const all = {sent: 0, whole: 0}, refused = [];
  let running = 0;
  window.aiboxUploads = all;
  // The reason in the reader's language, which the server knows.
  all.retell = (number, said) => show(refused[number], words.refused + ": " + said, 1);
  const show = (job, text, part) => {
    job.state.textContent = text;
    if (part !== undefined) job.bar.value = part;
  };
  const count = () => {
    const place = document.getElementById("upload-count");
    if (place) place.textContent = all.whole > 1 ? words.count.replace("{sent}", all.sent.toLocaleString("en-US"))
      .replace("{all}", all.whole.toLocaleString("en-US")) : "";
  };
  const add = (file, path) => {
    const list = document.getElementById("uploads");
    const item = document.createElement("li"), name = document.createElement("span");
    const bar = document.createElement("progress"), state = document.createElement("span");
    name.textContent = path;
    bar.max = 1; bar.value = 0; bar.setAttribute("aria-label", path);
    item.append(name, bar, state); list.append(item);
    const folder = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
    const random = [...crypto.getRandomValues(new Uint8Array(16))].map(each => each.toString(16).padStart(2, "0"));
    const job = {file, folder, bar, state, item, tries: 0, key: random.join("")};
    all.whole += 1; count();
    show(job, words.waiting); waiting.push(job); next();
  };
  const next = () => {
    while (running < most && waiting.length) { running += 1; send(waiting.shift()); }
  };
  const wake = job => {
    if (!resting.delete(job)) return;
    clearTimeout(job.timer); waiting.push(job); next();
  };
  const again = job => {
    running -= 1; job.tries += 1;
    if (job.tries >= tries) giveUp(job);
    else {
      show(job, words.failed, 0); resting.add(job);
      job.timer = setTimeout(() => wake(job), Math.min(longest, 500 * 2 ** job.tries));
    }
    next();
  };
  const giveUp = job => {
    const button = document.createElement("button");
    show(job, words.lost + " ");
    button.textContent = words.again; button.className = "console-again";
    button.onclick = () => { job.tries = 0; show(job, words.waiting, 0); waiting.push(job); next(); };
    job.state.append(button);
  };
  const send = job => {
    const form = new FormData(), request = new XMLHttpRequest();
    form.append("file", job.file, job.file.name);
    request.open("POST", "/api/v1/files?folder=" + encodeURIComponent(job.folder));
    request.setRequestHeader("Idempotency-Key", job.key);
    request.upload.onprogress = event => event.lengthComputable && show(job, "", event.loaded / event.total);
    request.onerror = () => again(job);
    request.onload = () => {
      if (request.status >= 500 || request.status === 429 || request.status === 409 || request.status === 408) {
        again(job); return;
      }
      running -= 1;
      let answer = {};
      try { answer = JSON.parse(request.responseText); } catch { /* no JSON: the status tells */ }
      if (request.status < 300) {
        const known = answer.data && answer.data.files && answer.data.files[0].outcome === "known";
        all.sent += 1; count();
        show(job, known ? words.known : words.sent, 1); job.item.className = "done";
        setTimeout(() => job.item.remove(), 8000);
      } else {
        const said = [answer.detail || answer.title || String(request.status), answer.remedy || ""];
        show(job, words.refused + ": " + said.join(" ").trim(), 1); job.item.className = "refused";
        if (words.retold) { refused.push(job); emitEvent("upload-refused", [refused.length - 1, ...said]); }
      }
      next();
    };
    request.send(form);
  };
  const walk = async (entry, path) => {
    if (entry.isFile) {
      if (!entry.name.startsWith(".")) add(await new Promise((done, failed) => entry.file(done, failed)), path + entry.name);
    } else if (entry.isDirectory && !entry.name.startsWith(".")) {
      const reader = entry.createReader();
      for (;;) {
        const found = await new Promise((done, failed) => reader.readEntries(done, failed));
        if (!found.length) break;
        for (const each of found) await walk(each, path + entry.name + "/");
      }
    }
  };
  const over = event => { event.preventDefault(); document.getElementById("drop")?.classList.add("over"); };
  const out = () => document.getElementById("drop")?.classList.remove("over");
  document.addEventListener("dragover", over);
  document.addEventListener("dragleave", out);
  document.addEventListener("drop", event => {
    event.preventDefault(); out();
    const entries = [...event.dataTransfer.items].map(item => item.webkitGetAsEntry && item.webkitGetAsEntry());
    entries.filter(Boolean).forEach(entry => walk(entry, ""));
  });
  document.addEventListener("change", event => {
    if (!event.target.classList || !event.target.classList.contains("console-file-input")) return;
    for (const file of event.target.files) if (!file.name.startsWith(".")) add(file, file.webkitRelativePath || file.name);
    event.target.value = "";
  });
  window.addEventListener("online", () => [...resting].forEach(wake));
  window.addEventListener("beforeunload", event => { if (running || waiting.length || resting.size) event.preventDefault(); });
})();
