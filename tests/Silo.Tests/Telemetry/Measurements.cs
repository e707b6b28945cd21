using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Cluster.Silo.Api;
using Cluster.Silo.Telemetry;

namespace Cluster.Silo.Tests.Telemetry;

/// <summary>Everything that is measured by one silo's meter: "name{label=value,…}" and the value.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(string Name, double Value)> _found = new();

    public Measurements(SiloMetrics metrics)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, metrics.Meter))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>(Keep);
        _listener.SetMeasurementEventCallback<long>((instrument, value, labels, state) => Keep(instrument, value, labels, state));
        _listener.SetMeasurementEventCallback<int>((instrument, value, labels, state) => Keep(instrument, value, labels, state));
        _listener.Start();
    }

    /// <summary>What gauges say now.</summary>
    public void Look()
    {
        _found.Clear();
        _listener.RecordObservableInstruments();
    }

    /// <summary>Values so far, by name and labels.</summary>
    public IReadOnlyList<double> Of(string name) => [.. _found.Where(one => one.Name == name).Select(one => one.Value)];

    /// <summary>Names with labels so far.</summary>
    public IReadOnlyList<string> Names => [.. _found.Select(one => one.Name).Distinct(StringComparer.Ordinal)];

    public void Dispose() => _listener.Dispose();

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels, object? state)
    {
        var text = new List<string>();
        foreach (var label in labels)
        {
            if (label.Value is not null)
            {
                text.Add($"{label.Key}={label.Value}");
            }
        }

        _found.Enqueue(($"{instrument.Name}{{{string.Join(',', text)}}}", value));
    }
}
