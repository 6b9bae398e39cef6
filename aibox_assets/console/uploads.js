// Sends dropped and chosen files to POST /api/v1/files, three at a time, each with a bar; what fails by the
// connection is tried again under the same key, so that nothing arrives twice.
(() => {
  if (window.aiboxUploads) return;
  window.aiboxUploads = true;
  const words = window.aiboxUploadWords, waiting = [], most = 3, tries = 6;
  let running = 0;
  const show = (job, text, part) => {
    job.state.textContent = text;
    if (part !== undefined) job.bar.value = part;
  };
  const add = file => {
    const list = document.getElementById("uploads");
    const item = document.createElement("li"), name = document.createElement("span");
    const bar = document.createElement("progress"), state = document.createElement("span");
    name.textContent = file.webkitRelativePath || file.aiboxPath || file.name;
    bar.max = 1; bar.value = 0; bar.setAttribute("aria-label", name.textContent);
    item.append(name, bar, state); list.prepend(item);
    const job = {file, bar, state, item, tries: 0, key: crypto.randomUUID ? crypto.randomUUID() : String(Math.random())};
    show(job, words.waiting); waiting.push(job); next();
  };
  const next = () => {
    while (running < most && waiting.length) { running += 1; send(waiting.shift()); }
  };
  const again = job => {
    running -= 1; job.tries += 1;
    if (job.tries >= tries) { show(job, words.failed); next(); return; }
    show(job, words.failed, 0);
    setTimeout(() => { waiting.push(job); next(); }, 500 * 2 ** job.tries);
    next();
  };
  const send = job => {
    const form = new FormData(), request = new XMLHttpRequest();
    form.append("file", job.file, job.file.name);
    request.open("POST", "/api/v1/files");
    request.setRequestHeader("Idempotency-Key", job.key);
    request.upload.onprogress = event => event.lengthComputable && show(job, "", event.loaded / event.total);
    request.onerror = () => again(job);
    request.onload = () => {
      if (request.status >= 500 || request.status === 429 || request.status === 409) { again(job); return; }
      running -= 1;
      let answer = {};
      try { answer = JSON.parse(request.responseText); } catch { /* no JSON: the status tells */ }
      if (request.status < 300) {
        show(job, words.sent, 1); job.item.className = "done";
        setTimeout(() => job.item.remove(), 8000);
      } else { show(job, words.refused + ": " + (answer.message || request.status), 1); job.item.className = "refused"; }
      next();
    };
    request.send(form);
  };
  const walk = async (entry, path) => {
    if (entry.isFile) {
      const file = await new Promise((done, failed) => entry.file(done, failed));
      file.aiboxPath = path + file.name; add(file);
    } else if (entry.isDirectory) {
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
    if (event.target.classList && event.target.classList.contains("console-file-input")) {
      [...event.target.files].forEach(add); event.target.value = "";
    }
  });
})();
