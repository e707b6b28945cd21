using System.Text.RegularExpressions;

namespace Cluster.Evaluation.Failures;

/// <summary>Maps an exception to a failure kind of the failure table.</summary>
public static partial class EvaluationFailures
{
    /// <summary>The failure, or null for a defect of the program.</summary>
    public static FailedResult? Of(Exception failure) => failure switch
    {
        NotFiniteLogitsException => new FailedResult(FailureKind.NotFinite, failure.Message),
        OutOfMemoryException => new FailedResult(FailureKind.OutOfMemory, failure.Message),
        DeviceUnusableException => new FailedResult(FailureKind.DeviceError, failure.Message),
        InvalidPlanException => new FailedResult(FailureKind.InvalidCandidate, failure.Message),
        NetworkUnusableException => new FailedResult(FailureKind.UnsupportedOperator, failure.Message),
        ParityRefusedException => new FailedResult(FailureKind.ParityRefused, failure.Message),
        KernelException when IsOutOfMemory(failure.Message) => new FailedResult(FailureKind.OutOfMemory, failure.Message),

        UnscoredException unscored => new FailedResult(FailureKind.Unscored, unscored.Message, unscored.Predictions),

        // Files, locks, libraries: they concern this machine, and only a failure that concerns the plan may end a candidate.
        KernelException or JobException => new FailedResult(FailureKind.Unavailable, failure.Message),
        DllNotFoundException or BadImageFormatException or IOException or UnauthorizedAccessException =>
            new FailedResult(FailureKind.Unavailable, failure.Message),
        TypeInitializationException { InnerException: { } cause } => Of(cause),
        AggregateException { InnerException: { } cause } => Of(cause),
        _ => null,
    };

    /// <summary>
    /// Converts an exception from building or running a plan's own file to a failure of the plan; if the machine is at fault, the exception
    /// itself.
    /// </summary>
    public static Exception OfPlan(KernelException failure) =>
        IsOfTheMachine(failure) ? failure : new InvalidPlanException(failure.Message, failure);

    /// <summary>
    /// Converts an exception from calibrating or publishing to a failure of the network; if the machine is at fault, the exception itself.
    /// </summary>
    internal static Exception OfNetwork(KernelException failure) =>
        IsOfTheMachine(failure) ? failure : new NetworkUnusableException(failure.Message, failure);

    /// <summary>
    /// Whether a text comes from an allocator. Texts contain names from the model, so nothing of other users may depend on the answer: a
    /// misleading layer name can only change the kind of the owner's own failure.
    /// </summary>
    public static bool IsOutOfMemory(string text) => OutOfMemory().IsMatch(text);

    private static bool IsOfTheMachine(KernelException failure) => failure is DamagedFileException || IsOutOfMemory(failure.Message);

    [GeneratedRegex(
        "out of memory|can't allocate memory|Failed to allocate memory|std::bad_alloc|bad allocation|CUBLAS_STATUS_ALLOC_FAILED|is "
        + "smaller than requested bytes",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OutOfMemory();
}
