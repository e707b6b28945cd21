namespace Cluster.Evaluation.Failures;

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
