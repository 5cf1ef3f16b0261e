// What can be pressed and is smaller than it should be, each with its size; links within a text are let off.
least => [...document.querySelectorAll('button, select, summary, input, .button, .top a, [role=button]')]
  .map(it => it.closest('label') && it.matches('[type=checkbox]') ? it.closest('label') : it)
  .filter(it => it.checkVisibility() && !it.matches('.skip, .sr') && (least < 44 || !it.closest('svg')))
  .map(it => [it, it.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.width < least - 0.5 || box.height < least - 0.5))
  .map(([it, box]) => `${it.nodeName} ${it.dataset.k || it.id || it.className} ${box.width.toFixed(1)}×${box.height.toFixed(1)}`)
