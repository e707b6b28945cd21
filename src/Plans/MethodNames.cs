namespace Cluster.Plans;

/// <summary>
/// The names that Vitis AI, PaddleSlim, PyTorch and TensorRT use, and the name of the same method here. Letter case does not matter, and an
/// underscore is as good as a hyphen.
/// </summary>
public static class MethodNames
{
    /// <summary>Calibrators by the names of others.</summary>
    public static IReadOnlyDictionary<string, string> Calibrators { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        // "abs_max" is also the granularity of a weight with one scale, which no calibrator chooses.
        ["abs-max"] = "max",
        ["minmax"] = "max",
        ["min-max"] = "max",
        ["maxmin"] = "max",
        ["minmaxobserver"] = "max",
        ["iint8minmaxcalibrator"] = "max",
        ["movingaverageminmaxobserver"] = "moving-average",
        ["moving-average-minmax"] = "moving-average",
        ["avg"] = "average",
        ["entropy"] = "kl",
        ["kl-divergence"] = "kl",
        ["iint8entropycalibrator2"] = "kl",
        ["hist"] = "histogram",
        ["hist-percent"] = "histogram",
        ["histogramobserver"] = "histogram-observer",
    };

    /// <summary>Formats by the names of others.</summary>
    public static IReadOnlyDictionary<string, string> Formats { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["static"] = "int8",
        ["dynamic"] = "int8-dynamic",
    };

    /// <summary>The name here of a number format; an unknown one as it was given.</summary>
    public static string Format(string given) => Formats.GetValueOrDefault(Key(given), given);

    /// <summary>The name here of a calibrator, with its parameter, if any; an unknown one as it was given.</summary>
    public static string Calibrator(string given)
    {
        var colon = given.IndexOf(':', StringComparison.Ordinal);
        var (word, parameter) = colon < 0 ? (given, string.Empty) : (given[..colon], given[colon..]);
        var key = Key(word);
        return Calibrators.GetValueOrDefault(key, key) + parameter;
    }

    /// <summary>A word as the tables have it: in lower case, with hyphens.</summary>
    public static string Key(string word) => word.ToLowerInvariant().Replace('_', '-');

    /// <summary>The name here, with what was given in parentheses where that is another: "kl (entropy)".</summary>
    public static string Both(string here, string given) =>
        string.Equals(here, given, StringComparison.Ordinal) ? here : $"{here} ({given})";
}
