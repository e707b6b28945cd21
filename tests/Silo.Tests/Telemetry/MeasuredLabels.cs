using System.Diagnostics.Metrics;

namespace Cluster.Silo.Tests.Telemetry;

/// <summary>The instruments of a meter, in order, and the labels of what they were given, those without a value among them.</summary>
internal sealed class MeasuredLabels : IDisposable
{
    private static readonly string[] Kinds = ["gauge", "counter", "histogram"];

    private readonly MeterListener _listener = new();
    private readonly Dictionary<Instrument, List<string>> _labels = [];

    public MeasuredLabels(Meter meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, meter))
            {
                listener.EnableMeasurementEvents(instrument);
                Published.Add(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, _, labels, _) => Keep(instrument, labels));
        _listener.SetMeasurementEventCallback<long>((instrument, _, labels, _) => Keep(instrument, labels));
        _listener.SetMeasurementEventCallback<int>((instrument, _, labels, _) => Keep(instrument, labels));
        _listener.Start();
    }

    /// <summary>Gauges, counters, histograms; each by name.</summary>
    public IEnumerable<Instrument> Instruments => Published
        .OrderBy(instrument => Array.IndexOf(Kinds, Kind(instrument)))
        .ThenBy(instrument => instrument.Name, StringComparer.Ordinal);

    private List<Instrument> Published { get; } = [];

    public static string Kind(Instrument instrument) => instrument.GetType().Name.Split('`')[0] switch
    {
        "Counter" or "ObservableCounter" => "counter",
        "Histogram" => "histogram",
        "ObservableGauge" => "gauge",
        var other => throw new NotSupportedException($"{instrument.Name} is a {other}, which the guide has no word for."),
    };

    /// <summary>In the order in which they are given.</summary>
    /// <exception cref="KeyNotFoundException">The instrument was given nothing.</exception>
    public IReadOnlyList<string> LabelsOf(Instrument instrument) => _labels[instrument];

    /// <summary>What gauges say now.</summary>
    public void Look() => _listener.RecordObservableInstruments();

    public void Dispose() => _listener.Dispose();

    private void Keep(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        if (!_labels.TryGetValue(instrument, out var known))
        {
            _labels[instrument] = known = [];
        }

        foreach (var label in labels)
        {
            if (!known.Contains(label.Key))
            {
                known.Add(label.Key);
            }
        }
    }
}
