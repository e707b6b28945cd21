namespace Cluster.Evaluation.Measuring;

/// <summary>
/// The runtime's own kernel times of the FP32 network, of the all-INT8 one, and of one with every second group in INT8, from which the
/// price per element of a change of precision (codes, layout) follows. Formats computed by the same integer kernels have the same times and
/// need no conversion between them. Other floats are profiled with all groups in them; a change to or from them is assumed to cost as much
/// as one between FP32 and INT8.
/// </summary>
internal sealed class ProfileMeasurer(EvaluationSetup setup)
{
    public ProfileResult Measure(ProfileItem item, CancellationToken cancellation)
    {
        var space = setup.Translator.Space();
        var float32 = Profile(OnnxWriter.Write(setup.Network.Grouped.Graph), cancellation);
        var first = Profile(Built(item.Plan, cancellation), cancellation);
        var alternating = Alternating(item.Plan);
        var mixed = Profile(Built(alternating, cancellation), cancellation);
        long crossing = space.Edges
            .Where(edge => IsQuantized(alternating, edge.From) != IsQuantized(alternating, edge.To))
            .Sum(edge => edge.ElementsPerImage);
        double perElement = crossing == 0 ? 0 : Math.Max(0, mixed.ConversionMs / crossing);
        var times = space.Catalog.All.Where(format => !format.IsBaseline).ToDictionary(format => format, format =>
            HasKernelsOf(format, space.Catalog.First)
                ? first
                : Profile(Built(AllIn(format, item.Plan, space), cancellation), cancellation));
        var int8 = times.GetValueOrDefault(GroupFormat.Int8, first);
        GroupFormat[] others = [.. times.Keys.Where(format => format != GroupFormat.Int8)];
        var groups = setup.Translator.Decided
            .Select(group => new GroupProfile(
                group.Name,
                float32.GroupMs[group.Index],
                int8.GroupMs[group.Index],
                others.Length == 0 ? null : [.. others.Select(format => new FormatTime(format, times[format].GroupMs[group.Index]))]))
            .ToList();
        var between = Between([.. others.Where(format => format.IsInteger).Append(GroupFormat.Int8)]);
        var edges = space.Edges
            .Select(edge => new EdgeProfile(
                edge.From, edge.To, edge.Tensor, perElement * edge.ElementsPerImage, perElement * edge.ElementsPerImage, between))
            .ToList();
        return new ProfileResult(item.Plan.Digest, groups, edges, float32.TotalMs, int8.TotalMs)
        {
            Given = new FileTimer(setup).Given(cancellation),
        };
    }

    // Codes of 8 bits go from one integer kernel to the next, for weights stored in any format.
    private static ConversionTime[]? Between(GroupFormat[] formats) => formats.Length < 2
        ? null
        : [.. formats.SelectMany(from => formats.Where(to => to != from).Select(to => new ConversionTime(from, to, 0)))];

    // Integers of all widths are multiplied as int8, except weights stored as uint8 because products of int8 saturate (ADR 46).
    private static bool HasKernelsOf(GroupFormat format, GroupFormat other) => format == other
        || (format.IsInteger
            && other.IsInteger
            && (!ByteProducts.Saturate || format.MaySaturate == other.MaySaturate));

    private ModelFile Built(Plan plan, CancellationToken cancellation) => setup.Builder.Build(plan, cancellation).File;

    private static Plan AllIn(GroupFormat format, Plan plan, SearchSpace space) => new(
        plan.Target, [.. plan.Groups.Zip(space.Groups, (group, info) => info.Takes(format) ? group with { Format = format } : group)]);

    private static bool IsQuantized(Plan plan, int group) =>
        group >= 0 && group < plan.Groups.Count && !plan.Groups[group].Format.IsBaseline;

    // Without bias correction: only the kernels' times matter here.
    private static Plan Alternating(Plan plan) => new(plan.Target, [.. plan.Groups.Select((group, index) => index % 2 == 0
        ? group with { BiasCorrection = false }
        : GroupDecision.Baseline(group.Group))]);

    private KernelTimes Profile(ModelFile model, CancellationToken cancellation) => setup.Target.Profile(
        setup.Network.Grouped, model, setup.Threads, setup.Timed.Repeated(setup.Batch), cancellation);
}
