namespace Cluster.Evaluation.Inputs;

/// <summary>The sizes that a network's file leaves free, beside the batch, as a set of samples has them.</summary>
/// <param name="Spec">The samples; null: there are none.</param>
/// <param name="Access">Which files may be read.</param>
/// <param name="Preprocess">The preprocessing that was named; null: searched for next to the model.</param>
public sealed record FreeInputs(string? Spec, DataAccess Access, string? Preprocess)
{
    // Of pictures and of sequences, the likeliest first.
    private static readonly long[] Pixels = [224, 64, 32, 128, 256, 299, 320, 512, 640];
    private static readonly long[] Steps = [64, 16, 8, 128, 1];

    /// <summary>What the user says of the inputs.</summary>
    public GivenInputs Given { get; init; } = GivenInputs.None;

    /// <summary>The other sets of samples that the network is to run on.</summary>
    public IReadOnlyList<(string? Spec, DataAccess Access)> Others { get; init; } = [];

    /// <summary>The sizes that a job's data have.</summary>
    public static FreeInputs Of(JobInputs inputs, JobOptions options, JobAccess access) =>
        new(
            (inputs.Calibration ?? inputs.Evaluation)?.Spec,
            inputs.Calibration is null ? access.Evaluation : access.Calibration,
            inputs.Preprocess)
        {
            Given = GivenInputs.Of(options),
            Others = [(inputs.Evaluation?.Spec, access.Evaluation), (inputs.Test?.Spec, access.Test)],
        };

    /// <summary>The graph with sizes for all free axes; one whose inputs need none as it is.</summary>
    /// <exception cref="KernelException">The samples cannot be read.</exception>
    internal ModelGraph Bind(ModelGraph graph, string model)
    {
        Given.RequireInputs(graph.Inputs);
        bool isOpen = graph.Inputs.Any(input => input.Shape.Skip(1).Contains(-1));

        // Arrays may hold several rows of a free first axis for each sample, as boxes of one picture.
        bool mayBeWhole = Spec is not null && graph.Inputs.Any(input => input.Shape is [-1, ..]);
        if (Given.Shapes.Count == 0 && !isOpen && !mayBeWhole)
        {
            return graph;
        }

        SampleSet? samples = null;
        Preprocess? preprocess = null;
        try
        {
            (samples, preprocess) = Spec is null || (!isOpen && !DataSource.Parse(Spec).IsArrays) ? (null, null) : First(model);
        }
        catch (Exception failure) when (!isOpen && failure is (KernelException or DataSpecException))
        {
            // The network has all the sizes that it needs; what is wrong with the data is said when they are opened.
            return graph;
        }

        // Sizes of pictures in another order would be refused by the network, in words about its layers.
        if (samples is ImageSet images && graph.Inputs is [{ Shape.Count: 4 } only])
        {
            images.RequireInput(only.Shape, preprocess!.Layout);
        }

        return graph with
        {
            Inputs =
            [
                .. graph.Inputs.Select(input => Bound(
                    input, samples?.ShapesFor(input.Name, graph.Inputs.Count == 1, preprocess) ?? [])),
            ],
        };
    }

    // The given shape; where none is, that of most samples.
    private ValueInfo Bound(ValueInfo input, IReadOnlyList<IReadOnlyList<long>> samples)
    {
        var given = Given.ShapeOf(input);
        if (given is not null && samples.Count > 0 && !samples.Any(sample => given.TakeLast(sample.Count).SequenceEqual(sample)))
        {
            throw new KernelException(
                $"{JobLimits.Shape.Name} gives '{input.Name}' the shape [{string.Join(',', given)}], and the samples of '{Spec}' have "
                + $"[{string.Join(',', samples[0])}]{(samples.Count > 1 ? $" or another of {samples.Count} shapes" : " each")}; leave it "
                + "out, or give samples of that shape.");
        }

        // A first size of 1 is the number of samples.
        var shape = given ?? (samples is [var first, ..] ? first : null);
        return shape is null ? input
            : WithSizes(input, shape is [1, ..] && shape.Count == input.Shape.Count && input.Shape[0] < 0 ? [.. shape.Skip(1)] : shape);
    }

    /// <summary>The most elements of an output for a sample, over all shapes that the samples have; null: they have one.</summary>
    /// <param name="graph">Normalised, with the sizes that <see cref="Bind"/> gave it.</param>
    internal long? Most(ModelGraph graph, string model, string output)
    {
        if (graph.Inputs.All(input => input.FreeAxes.Count == 0))
        {
            return null;
        }

        var given = Others.Prepend((Spec, Access)).Where(set => set.Spec is not null).ToArray();
        var preprocess = InputPreprocess.Load(model, Preprocess, Given, [.. given.Select(set => set.Spec)]);
        var sets = given
            .Where(set => DataSource.Parse(set.Spec!).IsArrays || preprocess?.Geometry is not { Resizes: true })
            .Select(set => DataSource.OpenSamples(set.Spec!, set.Access, preprocess: preprocess)
                .For(graph.SampleInputs, preprocess))
            .ToArray();
        return !sets.Any(set => set.IsOneByOne || !set.HasShapeOf(sets[0])) ? null
            : sets.SelectMany(set => Ones(set).Select(place => set.Select([place]).Read(0, 1, preprocess))).Max(sample =>
            {
                var sized = graph with { Inputs = [.. graph.Inputs.Zip(sample, Sized)] };
                return ShapeInference.Infer(sized, 1)[output].Aggregate(1L, (product, size) => product * size);
            });

        static IEnumerable<int> Ones(SampleSet set) => set.Shapes.Count == 0 ? [0] : set.Shapes.Select(shape => shape.Places[0]);

        static ValueInfo Sized(ValueInfo input, TensorData sample)
        {
            long[] whole = SampleTurns.Whole(sample, input.Shape).Shape;
            return input with { Shape = [.. input.Shape.Select((size, axis) => input.FreeAxes.Contains(axis) ? whole[axis] : size)] };
        }
    }

    /// <summary>What <see cref="Assumed"/> tries, for people.</summary>
    internal static string AssumedSizes =>
        $"{Pixels.Min()} to {Pixels.Max()} pixels and {Steps.Min()} to {Steps.Max()} steps";

    /// <summary>
    /// The graph with usual sizes for all free axes without a given shape, to look at it without samples; the likeliest first. What has
    /// four axes are pictures, of three colours where the file does not say how many.
    /// </summary>
    internal static IEnumerable<ModelGraph> Assumed(ModelGraph graph, GivenInputs given)
    {
        graph = new FreeInputs(null, DataAccess.Anywhere, null) { Given = given }.Bind(graph, string.Empty);
        bool IsOpen(ValueInfo input) => input.FreeAxes.Count == 0 && input.Shape.Skip(1).Contains(-1);
        bool IsPicture(ValueInfo input) => input.Shape.Count == 4;
        var open = graph.Inputs.Where(IsOpen).ToArray();
        foreach (long steps in open.All(IsPicture) ? Steps.Take(1) : Steps)
        {
            foreach (long pixels in open.Any(IsPicture) ? Pixels : Pixels.Take(1))
            {
                yield return graph with
                {
                    Inputs = [.. graph.Inputs.Select(input => !IsOpen(input) ? input : WithSizes(
                        input,
                        input.Shape is [_, -1, -1, -1] ? [3, pixels, pixels]
                            : [.. Enumerable.Repeat(IsPicture(input) ? pixels : steps, input.Shape.Count - 1)]))],
                };
            }
        }
    }

    /// <summary>
    /// The same graph for one sample at a time, where samples are not outermost in every input and output, or the batch is free in name
    /// only.
    /// </summary>
    /// <param name="keepsRows">Whether the first axes stay free in the file; they do where an input has no axis of samples.</param>
    internal static ModelGraph Single(ModelGraph graph, bool keepsRows)
    {
        if (!graph.Inputs.Any(input => input.Shape is [-1, ..]))
        {
            return graph;
        }

        bool isFree = keepsRows || graph.Inputs.Any(input => input.Shape is not [1 or -1, ..]);
        return graph with
        {
            Inputs = [.. graph.Inputs.Select(input => input.Shape is [-1, ..]
                ? input with { Shape = [1, .. input.Shape.Skip(1)], FreeAxes = isFree ? [0, .. input.FreeAxes] : input.FreeAxes }
                : input)],
        };
    }

    /// <summary>The shapes of outputs for the first samples, run one by one; none without samples.</summary>
    internal IEnumerable<IReadOnlyList<(string Name, long[] Shape)>> OutputShapes(ModelFile model, string path, ModelGraph graph, int most)
    {
        if (Spec is null)
        {
            yield break;
        }

        var preprocess = InputPreprocess.Load(path, Preprocess, Given, Spec);
        var samples = DataSource.OpenSamples(Spec, Access, preprocess: preprocess).For(graph.SampleInputs, preprocess);
        using var session = OrtSession.Open(model, new OrtSessionOptions { AllowSpinning = false });
        for (int i = 0; i < Math.Min(most, samples.Count); i++)
        {
            yield return [.. session.RunAll(samples.Read(i, 1, preprocess)).Select(output => (output.Name, output.Value.Shape))];
        }
    }

    /// <summary>
    /// The outputs of a file for the first sample, several times over where an input has a free first axis; null if it does not run on as
    /// many.
    /// </summary>
    /// <param name="sizes">Names the samples; null: zeros.</param>
    /// <param name="count">Samples.</param>
    internal static IReadOnlyList<(string Name, TensorData Value)>? Outputs(
        FreeInputs? sizes, ModelFile model, string path, ModelGraph graph, int count)
    {
        var inputs = sizes?.Spec is null ? [.. graph.Inputs.Select(input => Zeros(input, count))] : sizes.Samples(path, graph, count);
        try
        {
            using var session = OrtSession.Open(model, new OrtSessionOptions { AllowSpinning = false, KeepsShapes = true });
            return session.RunAll([.. inputs.Zip(graph.Inputs, (sample, input) => SampleTurns.Whole(sample, input.Shape))]);
        }
        catch (KernelException)
        {
            // A batch that is free in name only, or zeros that mean nothing to the network: a valid answer, not a failure.
            return null;
        }
    }

    private static TensorData Zeros(ValueInfo input, int count)
    {
        long[] shape = [.. input.Shape.Select((size, axis) => axis == 0 && size < 0 ? count : size)];
        long elements = shape.Aggregate(1L, (all, size) => all * size);
        return new TensorData(input.Type, shape, new byte[TensorData.ByteCount(input.Type, elements)]);
    }

    private IReadOnlyList<TensorData> Samples(string model, ModelGraph graph, int count)
    {
        var (first, preprocess) = First(model);
        var samples = first.For(graph.SampleInputs, preprocess).Select([.. Enumerable.Repeat(0, count)]);
        return
        [
            .. samples.Read(0, count, preprocess)
                .Zip(graph.Inputs, (sample, input) => input.Shape is [-1, ..] ? sample : SampleTurns.Part(sample, 0, 1)),
        ];
    }

    // A sample is an input whole, or without its first axis, which then holds samples.
    private static ValueInfo WithSizes(ValueInfo input, IReadOnlyList<long> sample)
    {
        int from = input.Shape.Count - sample.Count;
        long[] shape = [.. input.Shape.Select((size, axis) => size < 0 && axis >= from && from is 0 or 1 ? sample[axis - from] : size)];
        return input with
        {
            Shape = shape,
            FreeAxes = [.. input.Shape.Index().Where(size => size.Item < 0 && shape[size.Index] > 0).Select(size => size.Index)],
        };
    }

    // Of images the first one is enough: they all have one size.
    private (SampleSet Samples, Preprocess? Preprocess) First(string model)
    {
        var spec = DataSource.Parse(Spec!);
        if (!spec.IsArrays)
        {
            var part = spec.Parts[0];
            int first = part.Slice.Start;
            spec = DataSource.Parse((part with { Slice = new SampleSlice(first, first + 1) }).ToString());
        }

        var preprocess = InputPreprocess.Load(model, Preprocess, Given, Spec);
        return (DataSource.OpenSamples(spec.ToString(), Access, preprocess: preprocess), preprocess);
    }
}
