using Cluster.Coordinator.Running;

namespace Cluster.Tests;

/// <summary>A person who labels the images of a synthetic network without labels.</summary>
internal sealed class HiddenLabels : ILabels
{
    /// <summary>What was asked for, in order.</summary>
    public List<LabelItem> Asked { get; } = [];

    /// <summary>The label of every image; null: the job has to wait.</summary>
    public int? Label { get; init; } = 0;

    public Task<LabelResult> OfAsync(LabelItem item, CancellationToken cancellationToken)
    {
        Asked.Add(item);
        return Label is { } label
            ? Task.FromResult(new LabelResult([.. item.Images.Select(_ => label)]))
            : throw new LabelsWantedException(item);
    }
}
