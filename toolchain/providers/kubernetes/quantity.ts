const FACTORS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/**
 * Whether two texts are the same amount in Kubernetes' notation: the API server answers `1` where `1000m` was applied.
 *
 * Source: apimachinery `resource.Quantity`.
 */
export function isSameQuantity(a: string, b: string): boolean {
  const [left, right] = [amount(a), amount(b)];
  return left !== undefined && right !== undefined && Math.abs(left - right) <= Math.abs(left) * 1e-12;
}

function amount(text: string): number | undefined {
  const match = /^([+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)([A-Za-z]{0,2})$/.exec(text);
  const factor = FACTORS[match?.[2] ?? "-"];
  return match?.[1] === undefined || factor === undefined ? undefined : Number(match[1]) * factor;
}
