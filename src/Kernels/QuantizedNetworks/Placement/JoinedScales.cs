namespace Cluster.Kernels.QuantizedNetworks.Placement;

/// <summary>
/// One scale for what a Concat joins and for what it writes: the runtime then copies codes, and they are rounded once, where they were
/// rounded when they were made and again when they were joined. A tensor that others read too may have a coarser scale for it, so scales
/// are joined only where the rounding errors that all readers see do not grow in sum. Errors of a rounding are independent of each other,
/// with a variance in proportion to the square of the scale. A Resize that repeats its nearest neighbours has one scale in any case.
/// </summary>
internal static class JoinedScales
{
    /// <summary>The layout with joined scales, whose parameters replace those of the tensors that stand for them.</summary>
    /// <param name="parameters">Of each range; those that have none are joined to nothing.</param>
    public static QuantizationLayout Apply(
        GroupedGraph graph, QuantizationLayout layout, Dictionary<string, QuantizationParameters> parameters)
    {
        if (layout.ComputesInFloat)
        {
            return layout;
        }

        Join[] joins = [.. graph.Nodes.Select(node => Of(layout, node, parameters)).OfType<Join>()];
        if (joins.Length == 0)
        {
            return layout;
        }

        var readers = layout.Points.Values.ToLookup(point => point.RangeOf, point => Readers(graph, layout, point));
        var bounds = new Dictionary<string, ActivationBounds>(StringComparer.Ordinal);
        ActivationBounds BoundsOf(string tensor) =>
            bounds.TryGetValue(tensor, out var known) ? known : bounds[tensor] = TensorBounds.Of(graph, tensor);
        var scales = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var connected in Connected(joins))
        {
            var apart = Joined(
                new Partition(parameters, BoundsOf, tensor => readers[tensor].Sum()),
                connected.Where(join => join.IsOfOne),
                (_, _) => true);
            var joined = Joined(apart, connected, (_, _) => true);
            joined = joined.Error(connected) <= apart.Error(connected)
                ? joined
                : Joined(apart, connected, (more, less) => more.Error(connected) <= less.Error(connected));
            joined.Write(scales, parameters);
        }

        return layout.Joined(scales);
    }

    private static Partition Joined(Partition start, IEnumerable<Join> joins, Func<Partition, Partition, bool> isBetter) =>
        joins.SelectMany(join => join.Inputs.Select(input => (input, join.Output)))
            .Aggregate(start, (partition, pair) =>
                partition.With(pair.input, pair.Output) is { } more && isBetter(more, partition) ? more : partition);

    private static Join? Of(
        QuantizationLayout layout, GraphNode node, IReadOnlyDictionary<string, QuantizationParameters> parameters)
    {
        string[] inputs = !IsJoin(node) ? [] : node.OpType == "Concat" ? [.. node.Inputs] : [node.Inputs[0]];
        string?[] read = [.. inputs.Select(input => layout.PointFor(input, node)?.RangeOf)];
        return read.Length > 0 && layout.Points.GetValueOrDefault(node.Output)?.RangeOf is { } written && parameters.ContainsKey(written)
            && read.All(input => input is not null && parameters.ContainsKey(input))
            ? new Join([.. read.Select(input => input!)], written, IsOfOne: node.OpType != "Concat")
            : null;
    }

    private static bool IsJoin(GraphNode node) => node.Domain.Length == 0
        && (node.OpType == "Concat" || (node.OpType == "Resize" && node.GetText("mode", "nearest") == "nearest"));

    // A move hands on what it reads to its own readers.
    private static int Readers(GroupedGraph graph, QuantizationLayout layout, QuantizationPoint point) =>
        graph.Consumers(point.Tensor).Count(reader => !IsJoin(reader) && layout.PointFor(point.Tensor, reader) is not null
            && layout.Points.GetValueOrDefault(reader.Output)?.RangeOf != point.RangeOf);

    private static IEnumerable<Join[]> Connected(Join[] joins)
    {
        var sets = new List<(HashSet<string> Tensors, List<Join> Joins)>();
        foreach (var join in joins)
        {
            var touched = sets.Where(set => set.Tensors.Overlaps([.. join.Inputs, join.Output])).ToArray();
            sets.RemoveAll(touched.Contains);
            sets.Add((
                [.. touched.SelectMany(set => set.Tensors), .. join.Inputs, join.Output],
                [.. touched.SelectMany(set => set.Joins), join]));
        }

        return sets.Select(set => set.Joins.ToArray());
    }

    /// <summary>A Concat by the ranges of what it reads and writes, or a Resize.</summary>
    /// <param name="IsOfOne">Whether it only repeats what it reads.</param>
    private sealed record Join(string[] Inputs, string Output, bool IsOfOne);

    /// <summary>Tensors of one scale.</summary>
    /// <param name="Root">Stands for them.</param>
    private sealed record Class(string Root, HashSet<string> Members, QuantizationParameters Parameters);

    /// <summary>Tensors in classes of one scale.</summary>
    private sealed class Partition(
        IReadOnlyDictionary<string, QuantizationParameters> parameters,
        Func<string, ActivationBounds> bounds,
        Func<string, int> readers)
    {
        private Dictionary<string, Class> Classes { get; init; } = new(StringComparer.Ordinal);

        /// <summary>With the scale of a Concat's input joined to that of its output; null if the kernels forbid it.</summary>
        public Partition? With(string input, string output)
        {
            Class read = Of(input), written = Of(output);
            if (read == written)
            {
                return this;
            }

            var one = read.Members.All(member => readers(member) == 0)
                ? written.Parameters
                : Union(read.Parameters, written.Parameters);
            var both = new Class(output, [.. read.Members, .. written.Members], one);
            if (!both.Members.All(member => bounds(member) is var allowed
                && (allowed.Floor is not 0 || one.ZeroPoint == one.Minimum) && allowed.Contain(one) == one))
            {
                return null;
            }

            var classes = new Dictionary<string, Class>(Classes, StringComparer.Ordinal);
            foreach (string member in both.Members)
            {
                classes[member] = both;
            }

            return new Partition(parameters, bounds, readers) { Classes = classes };
        }

        /// <summary>The variances of rounding that readers of the joined tensors and of the whole see, in sum; in units of 1/12.</summary>
        /// <param name="joins">In the order in which they execute.</param>
        public double Error(IReadOnlyList<Join> joins)
        {
            var errors = new Dictionary<string, double>(StringComparer.Ordinal);
            foreach (var join in joins)
            {
                var written = Of(join.Output);
                double own = Square(written.Parameters.Scale);
                errors[join.Output] = join.Inputs.Average(input =>
                {
                    var read = Of(input);
                    double error = errors.TryGetValue(input, out double known) ? known : errors[input] = Square(read.Parameters.Scale);
                    return read.Parameters == written.Parameters ? Math.Max(error, own) : error + own;
                });
            }

            return errors.Sum(error => error.Value * readers(error.Key));
        }

        public void Write(Dictionary<string, string> scales, Dictionary<string, QuantizationParameters> ranges)
        {
            foreach (var joined in Classes.Values.Distinct())
            {
                ranges[joined.Root] = joined.Parameters;
                foreach (string member in joined.Members)
                {
                    scales[member] = joined.Root;
                }
            }
        }

        private Class Of(string tensor) =>
            Classes.GetValueOrDefault(tensor) ?? (Classes[tensor] = new Class(tensor, [tensor], parameters[tensor]));

        private static double Square(double scale) => scale * scale;

        // One that contains the other up to half a step, by which zero points are rounded, stays as it was calibrated.
        private static QuantizationParameters Union(in QuantizationParameters one, in QuantizationParameters other) =>
            Contains(one, other) ? one
            : Contains(other, one) ? other
            : QuantizationParameters.FromRange(
                Math.Min(one.Low, other.Low), Math.Max(one.High, other.High), one.Minimum, one.Maximum);

        private static bool Contains(in QuantizationParameters one, in QuantizationParameters other) =>
            one.Low <= other.Low + (one.Scale / 2) && one.High >= other.High - (one.Scale / 2);
    }
}
