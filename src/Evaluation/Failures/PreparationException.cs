using Cluster.Coordinator.Work;
using Cluster.Plans;

namespace Cluster.Evaluation.Failures;

/// <summary>A job cannot be prepared.</summary>
/// <param name="fault">What is at fault.</param>
/// <param name="specField">The field of the request's spec, such as "calibration"; empty if it is no single one.</param>
/// <param name="message">A sentence: what was found, what was expected, what to do.</param>
public class PreparationException(PreparationFault fault, string specField, string message, Exception? innerException = null)
    : JobException(message, innerException)
{
    /// <summary>What is at fault.</summary>
    public PreparationFault Fault => fault;

    /// <summary>Field of the request's spec at fault, such as "calibration"; empty if no single field is.</summary>
    public string SpecField => specField;
}
