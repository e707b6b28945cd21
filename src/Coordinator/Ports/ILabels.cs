namespace Cluster.Coordinator.Ports;

/// <summary>The labels that a person gives for a job's evaluation images.</summary>
public interface ILabels
{
    /// <summary>The labels of a request.</summary>
    /// <exception cref="Running.LabelsWantedException">Not all of them are given, and this does not wait for them.</exception>
    Task<LabelResult> OfAsync(LabelItem item, CancellationToken cancellationToken);
}
