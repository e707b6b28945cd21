using System.Globalization;

namespace Cluster.Simulation;

/// <summary>
/// A target that computes nothing, for tests and benchmarks of everything else:
/// <c>synthetic:groups=40,sensitive=12,seed=7,images=1000,labels=none,faster=none,ms=5..40,poison=0.1,verbs=nan+segv,device=Play 9</c>.
/// Every part may be left out.
/// </summary>
public sealed record SyntheticTarget
{
    private const string Scheme = "synthetic:";

    /// <summary>Groups of the network, 2 to 1000.</summary>
    public int Groups { get; private init; } = 40;

    /// <summary>How many of them lose more than may be lost; each costs the search about a round of skips. Null: a quarter.</summary>
    public int? Sensitive { get; private init; }

    /// <summary>Draws the network, and who is poisoned.</summary>
    public long Seed { get; private init; } = 1;

    /// <summary>Images of the evaluation set.</summary>
    public int Images { get; private init; } = 1000;

    /// <summary>Whether they have labels.</summary>
    public bool HasLabels { get; private init; } = true;

    /// <summary>Whether groups are faster in 8 bits; otherwise they are slower.</summary>
    public bool IsFaster { get; private init; } = true;

    /// <summary>Least and largest milliseconds that an item takes; by the item, not by chance.</summary>
    public (double Least, double Largest) Milliseconds { get; private init; } = (5, 40);

    /// <summary>Share of the candidates' accuracy items that are poisoned.</summary>
    public double Poison { get; private init; }

    /// <summary>What the poison may be.</summary>
    public IReadOnlyList<PoisonVerb> Verbs { get; private init; } = Enum.GetValues<PoisonVerb>();

    /// <summary>
    /// The class of GPU that it asks for, <see cref="Processors"/> for a slot on the processors; null: every node computes the same.
    /// </summary>
    public string? Device { get; private init; }

    /// <summary>The <see cref="Device"/> that is no GPU.</summary>
    public const string Processors = "cpu";

    public static bool Is(string target) => target.StartsWith(Scheme, StringComparison.Ordinal);

    /// <exception cref="JobException">The text does not follow the form.</exception>
    public static SyntheticTarget Parse(string text)
    {
        if (!Is(text))
        {
            throw Refuse(text);
        }

        var target = new SyntheticTarget();
        foreach (string part in text[Scheme.Length..].Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            target = part.Split('=', 2) switch
            {
                ["groups", var value] when Whole(value, 2, 1000) is { } number => target with { Groups = (int)number },
                ["sensitive", var value] when Whole(value, 0, 1000) is { } number => target with { Sensitive = (int)number },
                ["seed", var value] when Whole(value, 0, long.MaxValue) is { } number => target with { Seed = number },
                ["images", var value] when Whole(value, 1, 1_000_000) is { } number => target with { Images = (int)number },
                ["labels", "none"] => target with { HasLabels = false },
                ["faster", "none"] => target with { IsFaster = false },
                ["ms", var value] when Range(value) is { } range => target with { Milliseconds = range },
                ["poison", var value] when Number(value) is { } share and <= 1 => target with { Poison = share },
                ["verbs", var value] when ParseVerbs(value) is { } verbs => target with { Verbs = verbs },
                ["device", { Length: > 0 } value] => target with { Device = value },
                _ => throw Refuse(part),
            };
        }

        return target.Sensitive is { } sensitive && sensitive > target.Groups ? throw Refuse($"sensitive={sensitive}") : target;
    }

    private static long? Whole(string text, long least, long largest) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= least && number <= largest
            ? number
            : null;

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) && number is >= 0 and <= 1e6
            ? number
            : null;

    private static (double, double)? Range(string text) => text.Split("..") switch
    {
        [var one] when Number(one) is { } number => (number, number),
        [var from, var to] when Number(from) is { } least && Number(to) is { } largest && least <= largest => (least, largest),
        _ => null,
    };

    private static IReadOnlyList<PoisonVerb>? ParseVerbs(string text)
    {
        var verbs = new List<PoisonVerb>();
        foreach (string name in text.Split('+'))
        {
            if (!name.All(char.IsAsciiLetterLower) || !Enum.TryParse<PoisonVerb>(name, ignoreCase: true, out var verb))
            {
                return null;
            }

            verbs.Add(verb);
        }

        return verbs;
    }

    private static JobException Refuse(string part) =>
        new($"The synthetic target's '{part}' is not understood; expected is "
            + "synthetic:groups=40,sensitive=12,seed=7,images=1000,labels=none,faster=none,ms=5..40,poison=0.1,"
            + "verbs=nan+oom+hang+segv+exit,device=CLASS, each part if wanted.");
}
