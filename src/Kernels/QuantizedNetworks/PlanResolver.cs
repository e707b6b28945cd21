namespace Cluster.Kernels.QuantizedNetworks;

/// <summary>Fills a plan with numbers from calibration statistics, without a forward pass, for any calibrator. Thread-safe.</summary>
/// <param name="like">Whose weights and layers in FP32 are taken over, so that only ranges differ; null: none.</param>
public sealed class PlanResolver(GroupedGraph graph, CalibrationStatistics statistics, PlanResolver? like = null)
{
    private readonly WeightBank _bank = like?._bank ?? new(graph);
    private readonly FloatNodes _floats = like?._floats ?? FloatNodes.Of(graph, statistics);
    private readonly Dictionary<(string Tensor, string Calibrator, int Bits, bool InFloat), QuantizationParameters> _ranges = [];
    private readonly Lock _lock = new();

    /// <summary>A sentence for each layer that stays in FP32 whatever a plan says, without its full stop.</summary>
    public IReadOnlyList<string> KeptInFloat => _floats.Words;

    /// <summary>That of them about a branch that no calibration sample takes; null: none.</summary>
    public string? Unseen => _floats.Unseen;

    /// <summary>The network of a plan, with FP32 biases unless others were learned.</summary>
    /// <param name="settings">One a group, in group order.</param>
    /// <param name="learned">Replaces numbers that would be derived from the network and its calibration.</param>
    /// <exception cref="KernelException">The learned parameters are not for this network and these settings.</exception>
    public QuantizedNetwork Resolve(IReadOnlyList<GroupDecision> settings, LearnedParameters? learned = null)
    {
        var layout = Place(settings);
        statistics.Require(layout.Points.Values
            .Where(point => learned?.Activations.ContainsKey(point.RangeOf) != true)
            .Select(point => (point.RangeOf, graph.Groups[layout.Points.GetValueOrDefault(point.RangeOf, point).Group].Name)));
        var calibrated = new Dictionary<string, QuantizationParameters>(StringComparer.Ordinal);
        foreach (var point in layout.Points.Values.Where(point => statistics.TryGet(point.RangeOf, out _)))
        {
            // A chain of moves has the range of the tensor at its start, as decided by that tensor's own point.
            var setting = settings[layout.Points.GetValueOrDefault(point.RangeOf, point).Group];
            calibrated[point.RangeOf] = Range(point.RangeOf, setting.Calibrator, Bits(setting), layout.ComputesInFloat);
        }

        layout = JoinedScales.Apply(graph, layout, calibrated);
        var ranges = new Dictionary<string, QuantizationParameters>(StringComparer.Ordinal);
        foreach (var point in layout.Points.Values)
        {
            int bits = Bits(settings[layout.Points.GetValueOrDefault(point.ScaleOf, point).Group]);
            ranges[point.ScaleOf] = PixelCodes(point.ScaleOf, bits)
                ?? (learned is not null && learned.Activations.TryGetValue(point.ScaleOf, out var parameters)
                    ? LearnedChecks.Activation(
                        point.ScaleOf,
                        parameters,
                        bits,
                        layout.ComputesInFloat ? ActivationBounds.None : TensorBounds.Of(graph, point.ScaleOf))
                    : calibrated[point.ScaleOf]);
        }

        var network = new QuantizedNetwork(graph, layout, _bank, ranges, new Dictionary<string, float[]>(StringComparer.Ordinal))
        {
            Forms = graph.Groups
                .SelectMany(group => group.Nodes.Where(layout.HasQuantizedWeights).Select(node => (node.Name, group.Index)))
                .ToDictionary(entry => entry.Name, entry => WeightForm.Of(settings[entry.Index]), StringComparer.Ordinal),
        };
        return learned is null ? network : network.WithLearned(learned);

        int Bits(GroupDecision setting) => layout.ComputesInFloat ? setting.Format.Activations.Bits : 8;
    }

    /// <summary>
    /// Whether there are files and simulations of a group in the format: integers, one float for weights and activations, or an operator of
    /// ONNX Runtime's own. Which of these a target runs is the target's to say.
    /// </summary>
    public static bool IsTaken(GroupFormat format) => format.IsInteger || format.IsOfRuntime || format.Weights == format.Activations;

    private QuantizationLayout Place(IReadOnlyList<GroupDecision> settings)
    {
        if (settings.FirstOrDefault(setting => !IsTaken(setting.Format)) is { } wrong)
        {
            throw new KernelException(
                $"Weights in {wrong.Format.Weights} with activations in {wrong.Format.Activations} were asked for; both are integers, "
                + "or both the same of "
                + $"{string.Join(", ", NumberFormat.All.Where(format => format is { IsInteger: false, IsOfRuntime: false }))}.");
        }

        var pairs = settings.Any(setting => setting.Format.IsInteger && !OnnxRuntimeCpuPlacement.HasIntegerKernel(setting))
            ? LowBitPlacement.Place(graph, settings, _floats)
            : OnnxRuntimeCpuPlacement.Place(graph, [.. settings.Select(setting => setting.Format.IsInteger)], _floats);
        return pairs.With(FloatPlacement.Of(graph, settings), RuntimePlacement.Of(graph, settings));
    }

    // The codes of pixels are the pixels themselves, whatever was calibrated or learned.
    private QuantizationParameters? PixelCodes(string tensor, int bits) => bits == 8 && graph.Graph.Pixels is { } pixels
        && pixels.Value == tensor ? new QuantizationParameters(1, pixels.Zero, 0, byte.MaxValue) : null;

    private QuantizationParameters Range(string tensor, string calibrator, int bits, bool inFloat)
    {
        lock (_lock)
        {
            if (!_ranges.TryGetValue((tensor, calibrator, bits, inFloat), out var parameters))
            {
                var bounds = TensorBounds.Of(graph, tensor);
                parameters = CalibrationMethod.Parse(calibrator).Range(statistics.Get(tensor), bounds, 1 << bits).ToUnsigned(bits);
                parameters = inFloat ? parameters : bounds.Contain(parameters);
                _ranges[(tensor, calibrator, bits, inFloat)] = parameters;
            }

            return parameters;
        }
    }
}
