/** How a number or an address is read back to a caller. Pure. */

/** A mobile number in groups of 3-4-4, an area code apart from its number in fours; other digits in fours. */
export function inGroups(number: string): string {
  const digits = number.replace(/\D/g, "");
  if (digits === "") return number.trim();
  if (/^1\d{10}$/.test(digits)) return `${digits.slice(0, 3)} ${digits.slice(3, 7)} ${digits.slice(7)}`;
  const area = /^(010|02\d|0[3-9]\d{2})(\d{7,8})$/.exec(digits);
  if (area) return `${area[1]} ${inFours(area[2] ?? "")}`;
  return inFours(digits);
}

/** The last groups are full: a number is heard from its end. */
function inFours(digits: string): string {
  const head = digits.length % 4;
  const groups = digits.slice(head).match(/\d{4}/g) ?? [];
  return [digits.slice(0, head), ...groups].filter(Boolean).join(" ");
}
