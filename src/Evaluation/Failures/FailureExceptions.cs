namespace Cluster.Evaluation.Failures;

/// <summary>The request cannot be built or run as its plan says; no other machine would succeed.</summary>
public sealed class InvalidPlanException(string message, Exception? innerException = null) : JobException(message, innerException);

/// <summary>
/// The network itself could not be executed, independent of any plan: it is tried once on another machine, in case this one is at fault.
/// </summary>
internal sealed class NetworkUnusableException(string message, Exception? innerException = null) : JobException(message, innerException);

/// <summary>A file answered with NaN or infinity.</summary>
public sealed class NotFiniteLogitsException(string message) : JobException(message);

/// <summary>The artefact and its simulation disagree, so nothing is published.</summary>
public sealed class ParityRefusedException(string message) : JobException(message);

/// <summary>A slot's device cannot be used; another slot's may work.</summary>
internal sealed class DeviceUnusableException(string message, Exception? innerException = null) : JobException(message, innerException);

/// <summary>This machine cannot do a job's work; another one, or this one later, may.</summary>
internal sealed class NodeUnfitException(string message, Exception? innerException = null) : JobException(message, innerException);

/// <summary>The machine that is to time files for this one cannot be used now: no other job's fault, and none of this one.</summary>
public sealed class TimingAgentException(string message) : JobException(message);

/// <summary>A job cannot be prepared.</summary>
public class PreparationException : JobException
{
    /// <param name="fault">What is at fault.</param>
    /// <param name="specField">The field of the request's spec, such as "calibration"; empty if it is no single one.</param>
    /// <param name="message">A sentence: what was found, what was expected, what to do.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public PreparationException(JobFault fault, string specField, string message, Exception? innerException = null)
        : base(message, innerException) => (FailsOn, SpecField) = (fault, specField);

    /// <summary>Field of the request's spec at fault, such as "calibration"; empty if no single field is.</summary>
    public string SpecField { get; }
}

/// <summary>The client of a job did not score its predictions; says nothing about the plan.</summary>
/// <param name="message">Why.</param>
/// <param name="predictions">Their digest, if it still may; null: it will not.</param>
public sealed class UnscoredException(string message, string? predictions = null) : JobException(message)
{
    /// <summary>As given.</summary>
    public string? Predictions => predictions;
}
