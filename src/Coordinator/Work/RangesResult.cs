namespace Cluster.Coordinator.Work;

/// <summary>How the ranges of a plan fit the values of the evaluation images, tensor by tensor.</summary>
/// <param name="Tensors">One for each range of the plan, in the order of the groups.</param>
/// <param name="Inputs">The network's inputs.</param>
/// <param name="Seconds">Wall time.</param>
public sealed record RangesResult(
    IReadOnlyList<RangeFit> Tensors, IReadOnlyList<InputShift> Inputs, double Seconds = 0) : WorkResult;

/// <summary>How the values of an input differ from the calibration's.</summary>
/// <param name="Input">Its name.</param>
/// <param name="Shift">Difference of the means, in standard deviations of the calibration's values.</param>
/// <param name="Spread">Ratio of the standard deviations.</param>
public sealed record InputShift(string Input, double Shift, double Spread)
{
    /// <summary>Sets of one origin differ by less: by up to 0.1 and 1.1 on the networks that were tried.</summary>
    public const double MostShift = 0.5;

    /// <inheritdoc cref="MostShift"/>
    public const double MostSpread = 1.5;

    /// <summary>Whether the values are others than the calibration's.</summary>
    [JsonIgnore]
    public bool HasMoved => Math.Abs(Shift) > MostShift || Math.Max(Spread, 1 / Spread) > MostSpread;
}

/// <summary>How a tensor's range fits its values.</summary>
/// <param name="Group">The group that quantizes it.</param>
/// <param name="Tensor">Its name.</param>
/// <param name="BeforeDb">Signal to the noise of quantizing the calibration's values with the range, dB.</param>
/// <param name="NowDb">The same of the evaluation images' values.</param>
/// <param name="Beyond">Share of these that lies beyond the range, 0 to 1.</param>
public sealed record RangeFit(string Group, string Tensor, double BeforeDb, double NowDb, double Beyond)
{
    /// <summary>A range no longer fits if it adds this many times the noise that it added to the calibration's values, dB.</summary>
    public const double MostDb = 3;

    /// <summary>Whether the range no longer fits.</summary>
    [JsonIgnore]
    public bool HasDrifted => BeforeDb - NowDb > MostDb && Beyond > 0;
}
