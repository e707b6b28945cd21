using System.Text.RegularExpressions;
using Cluster.Coordinator.Work;
using Cluster.Kernels;
using Cluster.Plans;

namespace Cluster.Evaluation.Failures;

/// <summary>Which failure of the table an exception is.</summary>
public static partial class EvaluationFailures
{
    /// <summary>The failure, or null for a defect.</summary>
    public static FailedResult? Of(Exception failure) => failure switch
    {
        NotFiniteLogitsException => new FailedResult(FailureKind.NotFinite, failure.Message),
        OutOfMemoryException => new FailedResult(FailureKind.OutOfMemory, failure.Message),
        DeviceUnusableException => new FailedResult(FailureKind.DeviceError, failure.Message),
        InvalidPlanException => new FailedResult(FailureKind.InvalidCandidate, failure.Message),
        NetworkUnusableException => new FailedResult(FailureKind.UnsupportedOperator, failure.Message),
        ParityRefusedException => new FailedResult(FailureKind.ParityRefused, failure.Message),
        KernelException when IsOutOfMemory(failure.Message) => new FailedResult(FailureKind.OutOfMemory, failure.Message),

        // Files, locks, libraries: they name this machine, and only what names the plan may end a candidate.
        KernelException or JobException => new FailedResult(FailureKind.Unavailable, failure.Message),
        DllNotFoundException or BadImageFormatException or IOException or UnauthorizedAccessException =>
            new FailedResult(FailureKind.Unavailable, failure.Message),
        TypeInitializationException { InnerException: { } cause } => Of(cause),
        AggregateException { InnerException: { } cause } => Of(cause),
        _ => null,
    };

    /// <summary>
    /// What building or running a plan's own file threw, as what it says of the plan; the exception itself where it
    /// names the machine.
    /// </summary>
    public static Exception OfPlan(KernelException failure) =>
        IsOfTheMachine(failure) ? failure : new InvalidPlanException(failure.Message, failure);

    /// <summary>
    /// What calibrating or publishing threw, as what it says of the network; the exception itself where it names the machine.
    /// </summary>
    internal static Exception OfNetwork(KernelException failure) =>
        IsOfTheMachine(failure) ? failure : new NetworkUnusableException(failure.Message, failure);

    /// <summary>
    /// Whether a text is an allocator's. Texts hold names of the model, so nothing of others may depend on it: who names a layer so has
    /// only the kind of its own failure told wrongly.
    /// </summary>
    public static bool IsOutOfMemory(string text) => OutOfMemory().IsMatch(text);

    private static bool IsOfTheMachine(KernelException failure) => failure is DamagedFileException || IsOutOfMemory(failure.Message);

    [GeneratedRegex(
        "out of memory|can't allocate memory|Failed to allocate memory|std::bad_alloc|bad allocation|CUBLAS_STATUS_ALLOC_FAILED|is "
        + "smaller than requested bytes",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OutOfMemory();
}
