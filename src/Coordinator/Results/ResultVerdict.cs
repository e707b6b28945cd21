namespace Cluster.Coordinator.Results;

/// <summary>How a job ended, in one word for scripts; each has an exit code.</summary>
public enum VerdictKind
{
    /// <summary>The winner keeps the bounds by the job's rule: it may be deployed.</summary>
    Accepted,

    /// <summary>The machine was busy, so that which of winner and FP32 is faster is not known.</summary>
    Unclear,

    /// <summary>Nothing that was found is both faster and accurate enough, or within the budgets: FP32 stays.</summary>
    NothingFasterAccurate,

    /// <summary>FP32's answers prove that the data are not what the network was trained for, and the job went on regardless.</summary>
    DataDoubted,
}

/// <summary>The verdict on a job's result.</summary>
/// <param name="Kind">In one word.</param>
/// <param name="Sure">Whether the images show what the winner loses; absent where no loss is bounded.</param>
/// <param name="Words">The same in words, as screen, report and page say it.</param>
/// <param name="Samples">How many samples would make it sure; absent where it is, and where no number would.</param>
public sealed record ResultVerdict(VerdictKind Kind, bool? Sure = null, string? Words = null, int? Samples = null)
{
    /// <summary>The verdict.</summary>
    /// <param name="kind">How the search ended.</param>
    /// <param name="loss">What the images show; null where no loss is bounded.</param>
    /// <param name="isDoubted">Whether the data are proved to be wrong.</param>
    internal static ResultVerdict Of(WinnerKind kind, LossVerdict? loss, bool isDoubted) => new(
        isDoubted ? VerdictKind.DataDoubted : kind switch
        {
            WinnerKind.Unclear => VerdictKind.Unclear,
            WinnerKind.NothingFaster or WinnerKind.NothingFeasible => VerdictKind.NothingFasterAccurate,
            _ => VerdictKind.Accepted,
        },
        loss?.IsSure,
        loss?.Words,
        loss?.Samples);
}
