using System.Diagnostics.Metrics;

namespace Cluster.Evaluation.Nodes;

/// <summary>Listens to training in this process. Thread-safe.</summary>
public sealed class TrainingWatch : IDisposable
{
    private readonly MeterListener _listener = new();
    private double _loss = double.NaN;
    private double _rate = double.NaN;

    /// <summary>Begins to listen.</summary>
    public TrainingWatch()
    {
        _listener.SetMeasurementEventCallback<double>((instrument, value, _, _) =>
            Volatile.Write(ref instrument == TrainingMeter.Loss ? ref _loss : ref _rate, value));
        _listener.EnableMeasurementEvents(TrainingMeter.Loss);
        _listener.EnableMeasurementEvents(TrainingMeter.Rate);
        _listener.Start();
    }

    /// <summary>The last iteration since <see cref="Begin"/>, or null before there was one.</summary>
    public TrainingPoint? Last => (Volatile.Read(ref _loss), Volatile.Read(ref _rate)) is var (loss, rate) && double.IsFinite(loss + rate)
        ? new TrainingPoint(loss, rate)
        : null;

    /// <summary>Other work begins.</summary>
    public void Begin()
    {
        Volatile.Write(ref _loss, double.NaN);
        Volatile.Write(ref _rate, double.NaN);
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();
}

/// <summary>The last iteration of training.</summary>
/// <param name="Loss">Its loss, nats.</param>
/// <param name="Rate">Its learning rate.</param>
public sealed record TrainingPoint(double Loss, double Rate);
