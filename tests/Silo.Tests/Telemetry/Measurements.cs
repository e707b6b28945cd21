using System.Diagnostics.Metrics;

namespace Cluster.Silo.Tests.Telemetry;

/// <summary>Everything that is measured by one silo's meter: "name{label=value,…}" and the value.</summary>
internal sealed class Measurements : IDisposable
{
    private static readonly string[] Kinds = ["gauge", "counter", "histogram"];

    private readonly MeterListener _listener = new();
    private readonly List<Instrument> _published = [];
    private readonly ConcurrentQueue<(string Name, double Value)> _found = new();
    private readonly ConcurrentDictionary<Instrument, ConcurrentQueue<string>> _labels = new();

    public Measurements(SiloMetrics metrics)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, metrics.Meter))
            {
                listener.EnableMeasurementEvents(instrument);
                _published.Add(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>(Keep);
        _listener.SetMeasurementEventCallback<long>((instrument, value, labels, state) => Keep(instrument, value, labels, state));
        _listener.SetMeasurementEventCallback<int>((instrument, value, labels, state) => Keep(instrument, value, labels, state));
        _listener.Start();
    }

    /// <summary>Gauges, counters, histograms; each by name.</summary>
    public IEnumerable<Instrument> Instruments => _published
        .OrderBy(instrument => Array.IndexOf(Kinds, Kind(instrument)))
        .ThenBy(instrument => instrument.Name, StringComparer.Ordinal);

    /// <summary>Names with labels so far.</summary>
    public IReadOnlyList<string> Names => [.. _found.Select(one => one.Name).Distinct(StringComparer.Ordinal)];

    public static string Kind(Instrument instrument) => instrument.GetType().Name.Split('`')[0] switch
    {
        "Counter" or "ObservableCounter" => "counter",
        "Histogram" => "histogram",
        "ObservableGauge" => "gauge",
        var other => throw new NotSupportedException($"{instrument.Name} is a {other}, which the guide has no word for."),
    };

    /// <summary>What gauges say now.</summary>
    public void Look()
    {
        _found.Clear();
        _listener.RecordObservableInstruments();
    }

    /// <summary>Values so far, by name and labels.</summary>
    public IReadOnlyList<double> Of(string name) => [.. _found.Where(one => one.Name == name).Select(one => one.Value)];

    /// <summary>The labels that an instrument was ever given, those without a value among them, in that order.</summary>
    /// <exception cref="KeyNotFoundException">The instrument was given nothing.</exception>
    public IEnumerable<string> LabelsOf(Instrument instrument) => _labels[instrument].Distinct(StringComparer.Ordinal);

    public void Dispose() => _listener.Dispose();

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels, object? state)
    {
        var names = _labels.GetOrAdd(instrument, static _ => []);
        var text = new List<string>();
        foreach (var label in labels)
        {
            names.Enqueue(label.Key);
            if (label.Value is not null)
            {
                text.Add($"{label.Key}={label.Value}");
            }
        }

        _found.Enqueue(($"{instrument.Name}{{{string.Join(',', text)}}}", value));
    }
}
