namespace Cluster.Plans;

/// <summary>
/// The names that Vitis AI, Paddle, PaddleSlim, PyTorch and TensorRT use, and the name of the same method here. Letter case does not
/// matter, and an underscore is as good as a hyphen.
/// </summary>
public static class MethodNames
{
    /// <summary>The last part of a calibrator whose ranges have zero in the middle, after a colon.</summary>
    public const string Symmetric = "symmetric";

    // A calibrator is so without that part.
    private static readonly string[] Affine = ["affine", "asymmetric"];

    /// <summary>Calibrators by the names of others.</summary>
    public static IReadOnlyDictionary<string, string> Calibrators { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
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

    /// <summary>Formats by the names of others; abs_max and channel_wise_abs_max say how many scales a weight has (PaddleSlim).</summary>
    public static IReadOnlyDictionary<string, string> Formats { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["static"] = "int8",
        ["dynamic"] = "int8-dynamic",
        ["weight-only"] = "int8-weights",
        ["weights-only"] = "int8-weights",
        ["per-tensor"] = "int8-tensor",
        ["layer-wise"] = "int8-tensor",
        ["abs-max"] = "int8-tensor",
        ["per-channel"] = "int8",
        ["channel-wise"] = "int8",
        ["channel-wise-abs-max"] = "int8",
    };

    /// <summary>Roundings of weights by the names of others.</summary>
    public static IReadOnlyDictionary<string, string> Roundings { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["bias-correction"] = "weight-correction",
    };

    /// <summary>
    /// How a learning rate is annealed, by the classes of PyTorch (<c>…LR</c>) and of Paddle (<c>…Decay</c>), and by the words of Vitis
    /// AI's text.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Schedules { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["exponentiallr"] = "exponential",
        ["exponentialdecay"] = "exponential",
        ["exponential-decay"] = "exponential",
        ["cosineannealinglr"] = "cosine",
        ["cosineannealingdecay"] = "cosine",
        ["cosine-annealing"] = "cosine",
        ["steplr"] = "step",
        ["multisteplr"] = "step",
        ["stepdecay"] = "step",
        ["step-decay"] = "step",
        ["multistepdecay"] = "step",
        ["piecewisedecay"] = "step",
    };

    /// <summary>Optimizers by the names of others: <c>Momentum</c> is Paddle's.</summary>
    public static IReadOnlyDictionary<string, string> Optimizers { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["adamw"] = "adam",
        ["momentum"] = "sgd",
    };

    /// <summary>The name here of a rounding; an unknown one in lower case, with hyphens.</summary>
    public static string Rounding(string given) => Here(given, Roundings);

    /// <summary>The name here by one of the tables; an unknown one in lower case, with hyphens.</summary>
    public static string Here(string given, IReadOnlyDictionary<string, string> names) => names.GetValueOrDefault(Key(given), Key(given));

    /// <summary>The name here of a number format; an unknown one as it was given.</summary>
    public static string Format(string given) => Formats.GetValueOrDefault(Key(given), given);

    /// <summary>The name here of a calibrator, with its parameters, if any; an unknown one as it was given.</summary>
    public static string Calibrator(string given)
    {
        string[] parts = [.. given.Split(':').Select(Key)];
        parts[0] = Calibrators.GetValueOrDefault(parts[0], parts[0]);
        return string.Join(':', parts.Length > 1 && Affine.Contains(parts[^1], StringComparer.Ordinal) ? parts[..^1] : parts);
    }

    /// <summary>A word as the tables have it: in lower case, with hyphens.</summary>
    public static string Key(string word) => word.ToLowerInvariant().Replace('_', '-');

    /// <summary>The name here, with what was given in parentheses where that is another: "kl (entropy)".</summary>
    public static string Both(string here, string given) =>
        string.Equals(here, given, StringComparison.Ordinal) ? here : $"{here} ({given})";
}
