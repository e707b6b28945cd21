namespace Cluster.Coordinator.Results;

/// <summary>The result of a fine-tuning.</summary>
/// <param name="Tried">Whether it was tried.</param>
/// <param name="Kept">Whether the trained plan is the winner.</param>
/// <param name="Reason">Why it was not tried, or was kept or not.</param>
/// <param name="Epochs">Passes over the training images.</param>
/// <param name="Before">The plan that was trained, before training; the winner if nothing was trained.</param>
/// <param name="After">The trained plan; absent if it has no result.</param>
/// <param name="Gain">Gain of top-1 against <paramref name="Before"/> on the evaluation images, a fraction.</param>
/// <param name="GainCi95">Paired interval of the gain: low, high.</param>
/// <param name="Learned">SHA-256 of the learned parameters.</param>
/// <param name="BestEpoch">The chosen epoch.</param>
/// <param name="Images">Images trained on.</param>
/// <param name="Seconds">Wall time of the last attempt.</param>
public sealed record ResultFineTune(
    bool Tried,
    bool Kept,
    string Reason,
    int Epochs,
    ResultPlan Before,
    ResultPlan? After,
    double? Gain,
    IReadOnlyList<double>? GainCi95,
    string? Learned,
    int? BestEpoch,
    int? Images,
    double? Seconds)
{
    /// <summary>The result for the next plan, tried if this one did not become accurate enough.</summary>
    public ResultFineTune? Second { get; init; }

    internal ResultFineTune With(Func<ResultPlan, ResultPlan> describe) => this with
    {
        Before = describe(Before),
        After = After is null ? null : describe(After),
        Second = Second?.With(describe),
    };
}
