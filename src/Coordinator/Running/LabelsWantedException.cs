namespace Cluster.Coordinator.Running;

/// <summary>A job cannot go on without labels: a person has to give them, and then it is run again.</summary>
/// <param name="item">The request.</param>
public sealed class LabelsWantedException(LabelItem item)
    : JobException($"The job waits for {item.Images.Count} {(item.Images.Count == 1 ? "label" : "labels")}.")
{
    /// <summary>The request.</summary>
    public LabelItem Item => item;
}
