// cohort.js -- on a cohort's list: selecting all without a new page, and saying how many are.
for (const form of document.querySelectorAll('[data-picks]')) {
  const boxes = [...form.querySelectorAll('input[name=person]')];
  const link = form.querySelector('[data-pick]');
  const said = form.querySelector('[data-picked]');
  if (!link) continue;
  const show = () => {
    const count = boxes.filter((box) => box.checked).length;
    const all = count === boxes.length;
    const who = `${count} ${count === 1 ? 'person' : 'people'}`;
    link.textContent = all ? 'Select nobody' : 'Select all on this page';
    said.textContent = count === 0 ? 'Nobody is selected.' : `${who} on this page selected.`;
  };
  form.addEventListener('change', show);
  link.addEventListener('click', (event) => {
    event.preventDefault();
    const tick = boxes.some((box) => !box.checked);
    for (const box of boxes) box.checked = tick;
    show();
  });
}
