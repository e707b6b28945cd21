using Cluster.Kernels.Groups;
using Cluster.Kernels.Observers;
using Cluster.Kernels.Placement;
using Cluster.Kernels.Quantization;

namespace Cluster.Kernels.Planning;

/// <summary>Fills a plan with numbers from calibration statistics: no forward pass, whichever calibrator is asked for. Thread-safe.</summary>
public sealed class PlanResolver(GroupedGraph graph, CalibrationStatistics statistics)
{
    private readonly WeightBank _bank = new(graph);
    private readonly Dictionary<(string Tensor, string Calibrator), QuantizationParameters> _ranges = [];
    private readonly Lock _lock = new();

    /// <summary>The network of a plan, with FP32 biases.</summary>
    /// <param name="settings">One a group, in group order.</param>
    public QuantizedNetwork Resolve(IReadOnlyList<GroupSetting> settings)
    {
        var layout = OnnxRuntimeCpuPlacement.Place(graph, [.. settings.Select(setting => setting.Quantize)]);
        var ranges = new Dictionary<string, QuantizationParameters>(StringComparer.Ordinal);
        foreach (var point in layout.Points.Values)
        {
            // A chain of moves has the range of the tensor it began with, as decided by that tensor's own point.
            var owner = layout.Points.GetValueOrDefault(point.ScaleOf, point);
            ranges[point.ScaleOf] = Range(point.ScaleOf, settings[owner.Group].Calibrator);
        }

        return new QuantizedNetwork(graph, layout, _bank, ranges, new Dictionary<string, float[]>(StringComparer.Ordinal));
    }

    private QuantizationParameters Range(string tensor, string calibrator)
    {
        lock (_lock)
        {
            if (!_ranges.TryGetValue((tensor, calibrator), out var parameters))
            {
                var method = CalibrationMethod.Parse(calibrator);
                parameters = method.Range(statistics.Get(tensor), TensorBounds.Of(graph, tensor)).ToUInt8();
                _ranges[(tensor, calibrator)] = parameters;
            }

            return parameters;
        }
    }
}
