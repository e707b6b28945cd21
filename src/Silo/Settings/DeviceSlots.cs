using System.Text.RegularExpressions;

namespace Cluster.Silo.Settings;

/// <summary>
/// The devices that a node offers: <c>cpu:2</c> is two slots that share the processors, <c>cuda:0</c> one slot on that GPU; several are
/// separated by commas.
/// </summary>
internal static partial class DeviceSlots
{
    private const int MostCpuSlots = 256;

    /// <summary>One device per slot, such as "cpu:0", "cpu:1", "cuda:0".</summary>
    /// <exception cref="UsageException">The text does not follow the form.</exception>
    public static IReadOnlyList<string> Parse(string text)
    {
        var slots = new List<string>();
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var match = Form().Match(part);
            if (!match.Success
                || !int.TryParse(match.Groups["number"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                throw Refuse(part);
            }

            if (match.Groups["kind"].ValueSpan is "cuda")
            {
                slots.Add($"cuda:{number}");
            }
            else
            {
                slots.AddRange(number is > 0 and <= MostCpuSlots && slots.All(slot => !slot.StartsWith("cpu", StringComparison.Ordinal))
                    ? Enumerable.Range(0, number).Select(i => $"cpu:{i}")
                    : throw Refuse(part));
            }
        }

        return slots.Distinct(StringComparer.Ordinal).Count() == slots.Count ? slots : throw Refuse(text);
    }

    private static UsageException Refuse(string part) =>
        new($"The devices are '{part}' where cpu:N (N slots on the processors, once) or cuda:N (GPU number N, each once) is "
            + "expected: --devices cpu:2, or --devices cuda:0,cuda:1.");

    [GeneratedRegex("^(?<kind>cpu|cuda):(?<number>[0-9]{1,4})$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
