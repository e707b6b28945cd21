namespace Cluster.Evaluation.Failures;

/// <summary>Exceptions whose message is meant for the user: the request cannot be fulfilled as stated.</summary>
public static class Refusals
{
    /// <summary>The sentence for the user; null for an exception that is not meant for one.</summary>
    public static string? SentenceOf(Exception failure) => failure switch
    {
        KernelException or JobException => failure.Message,
        _ when Cause(failure) is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException or KernelException =>
            $"a native library cannot be used ({Cause(failure).Message}); run ./cluster doctor.",
        _ => null,
    };

    /// <summary>What a request fails on, whose refusal it is.</summary>
    public static JobFault FaultOf(Exception refusal) => refusal switch
    {
        JobException { FailsOn: not JobFault.Content and var fault } => fault,
        { InnerException: MissingDataException or FileNotFoundException } => JobFault.Missing,
        _ => JobFault.Content,
    };

    /// <summary>Whether it says why a request cannot be fulfilled.</summary>
    public static bool IsRefusal(Exception failure) => failure is KernelException or JobException;

    /// <summary>Whether a native library is missing or broken, rather than the request.</summary>
    public static bool IsNative(Exception failure) => !IsRefusal(failure) && SentenceOf(failure) is not null;

    // An exception from a static constructor arrives wrapped.
    private static Exception Cause(Exception failure) =>
        failure is TypeInitializationException { InnerException: { } cause } ? Cause(cause) : failure;
}
