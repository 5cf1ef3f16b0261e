// What in a page breaks a rule of WCAG 2.2, levels A and AA, by axe-core: each with the rule and the element.
() => axe.run(document, {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
  resultTypes: ['violations'],
}).then(found => found.violations.flatMap(it =>
  it.nodes.map(node => `${it.id}: ${node.target.join(' ')} ${node.failureSummary}`)))
