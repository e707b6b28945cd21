namespace Cluster.Coordinator.Questions;

/// <summary>The images that a job asks a person about: each with the answers between which a label decides.</summary>
/// <param name="Classes">Classes of the network.</param>
/// <param name="Asked">Images that wait for a label, the most telling first.</param>
/// <param name="Answered">Images that were labelled before.</param>
public sealed record LabelRequest(int Classes, IReadOnlyList<AskedImage> Asked, IReadOnlyList<AskedImage> Answered)
{
    /// <summary>The request of a job; null if it waits for none.</summary>
    public static LabelRequest? Of(JobState state) =>
        state.Pending.Select(pending => pending.Item).OfType<LabelItem>().SingleOrDefault() is { } item ? Of(state.Memory, item) : null;

    /// <summary>
    /// What is wrong with a person's answer, in a sentence; null if it has a class of the network, or "unknown", for each asked image.
    /// Those labelled before may be among it, with the label that they have.
    /// </summary>
    public string? Fault(IReadOnlyList<int> images, IReadOnlyList<int> labels)
    {
        var before = Answered.ToDictionary(answered => answered.Image, answered => answered.Label!.Value);
        var asked = Asked.Select(image => image.Image).ToHashSet();
        var given = new HashSet<int>();
        foreach (var (image, label) in images.Zip(labels))
        {
            var fault = !given.Add(image) ? $"Image {image} has two labels: give one."
                : before.TryGetValue(image, out var known) && known != label
                    ? $"Image {image} was given the label {known} before and has {label} now: what was decided cannot be taken back."
                : !before.ContainsKey(image) && !asked.Contains(image) ? $"Image {image} is none of those that are asked for: leave it out."
                : label is < LabelResult.Unknown || label >= Classes
                    ? $"Image {image} has the label {label}; expected a class of the network, 0 to {Classes - 1}."
                : null;
            if (fault is not null)
            {
                return fault;
            }
        }

        asked.ExceptWith(given);
        return asked.Count == 0 ? null
            : $"{asked.Count} of the {Asked.Count} images have no label, such as image {asked.Min()}: label them, or say ? where a class "
                + "cannot be told.";
    }

    internal static LabelRequest Of(SearchMemory memory, LabelItem item)
    {
        var float32 = memory.Raw(memory.Baseline)!;
        var ranks = float32.Metric.GetValueOrDefault().Ranks();
        var plans = memory.FullPlans.Where(plan => !plan.IsBaseline).Select(plan => Answers(memory.Raw(plan)!, ranks)).ToArray();
        AskedImage Image(int image, int? label = null) => new(
            image,
            [.. ClassAnswers.At(float32.Answers!, image, ranks)],
            [.. plans.Select(plan => plan.GetValueOrDefault(image)).OfType<int[]>().DistinctBy(classes => string.Join(' ', classes))],
            label);
        return new LabelRequest(
            float32.Classes!.Value,
            [.. item.Images.Select(image => Image(image))],
            [.. memory.Labels.All.Select(given => Image(given.Key, given.Value))]);
    }

    /// <summary>The same with the labels that are known of the asked images already.</summary>
    public LabelRequest With(Func<int, int?> label)
    {
        var known = Asked.Select(asked => asked with { Label = label(asked.Image) }).ToLookup(asked => asked.Label is null);
        return new LabelRequest(Classes, [.. known[true]], [.. known[false], .. Answered]);
    }

    private static Dictionary<int, int[]> Answers(AccuracyResult plan, int ranks) => Enumerable.Range(0, plan.Total)
        .Where(image => !PairedCounts.Bit(plan.CorrectBits, image))
        .Select((image, place) => (image, Classes: ClassAnswers.At(plan.Answers!, place, ranks).ToArray()))
        .ToDictionary(answer => answer.image, answer => answer.Classes);
}

/// <summary>One image that a person is asked about.</summary>
/// <param name="Image">Its index in the evaluation set.</param>
/// <param name="Float32">FP32's classes, largest output first: one, or as many as the metric looks at.</param>
/// <param name="Plans">The other answers that candidates give.</param>
/// <param name="Label">Its label if it was given, or <see cref="LabelResult.Unknown"/>; null if it is asked for.</param>
public sealed record AskedImage(
    int Image, IReadOnlyList<int> Float32, IReadOnlyList<IReadOnlyList<int>> Plans, int? Label = null);
