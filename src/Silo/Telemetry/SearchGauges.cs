using System.Diagnostics.Metrics;

namespace Cluster.Silo.Telemetry;

/// <summary>
/// What searches find and how training goes, by job: the only metrics with the ids of jobs, those <see cref="Most"/> that reported last.
/// Thread-safe.
/// </summary>
internal sealed class SearchGauges
{
    /// <summary>The most jobs whose ids a silo's metrics name at once.</summary>
    public const int Most = 32;

    private readonly Lock _gate = new();
    private readonly OrderedDictionary<string, Found> _jobs = new(StringComparer.Ordinal);

    public SearchGauges(Meter meter)
    {
        Gauge("cluster.search.plans", "{plan}", "Quantized plans of a job by outcome.", found => found.Picture is { } picture
            ?
            [
                (picture.Accurate, "cluster.outcome", "accurate"),
                (picture.Lossy, "cluster.outcome", "lossy"),
                (picture.FirstLooks, "cluster.outcome", "first_look"),
                (picture.Failed, "cluster.outcome", "failed"),
            ]
            : []);
        Gauge(
            "cluster.search.drop",
            "1",
            "Least drop of a quantized plan as it is compared with the bound, in the unit of the metric: 0.01 is a point of top-1.",
            found => One(found.Picture?.LeastDrop));
        Gauge(
            "cluster.search.speedup",
            "1",
            "FP32's time over that of the fastest plan that is accurate enough.",
            found => One(found.Picture?.Speedup));
        Gauge(
            "cluster.search.plan.drop",
            "1",
            "Drop of the plans that no other beats, at most 12 a job.",
            found => (found.Picture?.Front ?? []).Select(plan => (plan.Drop, "cluster.plan", plan.Name)));
        Gauge(
            "cluster.search.plan.duration",
            "s",
            "Median time of the plans that no other beats.",
            found => (found.Picture?.Front ?? []).Select(plan => (plan.Milliseconds / 1000, "cluster.plan", plan.Name)));
        Gauge(
            "cluster.search.sensitivity",
            "{nat}",
            "Mean KL divergence from FP32 with one group quantized, of the 8 groups where it is most.",
            found => (found.Picture?.Worst ?? []).Select(group => (group.Kl, "cluster.group", group.Group)));
        Gauge(
            "cluster.search.temperature",
            "{energy}",
            "Temperature of simulated annealing, in the unit of its energy.",
            found => One(found.Picture?.Annealing?.Temperature));
        Gauge(
            "cluster.search.acceptance",
            "1",
            "Share of the last moves of simulated annealing that were accepted.",
            found => One(found.Picture?.Annealing?.Acceptance));
        Gauge(
            "cluster.training.loss", "{nat}", "Loss of the last iteration of fine-tuning.", found => One(found.Training?.Loss));
        Gauge(
            "cluster.training.rate", "{rate}", "Learning rate of the last iteration of fine-tuning.", found => One(found.Training?.Rate));

        void Gauge(
            string name, string unit, string meaning, Func<Found, IEnumerable<(double Value, string Label, string Name)>> values) =>
            meter.CreateObservableGauge(name, () => Measure(values), unit, meaning);
    }

    /// <summary>Receives a job's progress.</summary>
    public IProgress<JobProgress> Of(string job) => new Reports(this, job);

    /// <summary>An iteration of training has ended.</summary>
    public void Trained(string job, TrainingPoint point) => Change(job, found => found with { Training = point });

    /// <summary>The job goes on elsewhere, or is gone.</summary>
    public void Remove(string job)
    {
        lock (_gate)
        {
            _jobs.Remove(job);
        }
    }

    private static IEnumerable<(double Value, string Label, string Name)> One(double? value) =>
        value is { } known ? [(known, string.Empty, string.Empty)] : [];

    private List<Measurement<double>> Measure(Func<Found, IEnumerable<(double Value, string Label, string Name)>> values)
    {
        lock (_gate)
        {
            return
            [
                .. from job in _jobs
                   from one in values(job.Value)
                   let id = new KeyValuePair<string, object?>("cluster.job.id", job.Key)
                   select one.Label.Length == 0
                       ? new Measurement<double>(one.Value, id)
                       : new Measurement<double>(one.Value, id, new KeyValuePair<string, object?>(one.Label, one.Name)),
            ];
        }
    }

    private void Change(string job, Func<Found, Found> change)
    {
        lock (_gate)
        {
            var found = change(_jobs.GetValueOrDefault(job) ?? new Found(null, null));
            _jobs.Remove(job);
            _jobs.Add(job, found);
            if (_jobs.Count > Most)
            {
                _jobs.RemoveAt(0);
            }
        }
    }

    private sealed record Found(SearchPicture? Picture, TrainingPoint? Training);

    private sealed class Reports(SearchGauges gauges, string job) : IProgress<JobProgress>
    {
        private SearchPicture? _last;

        // Most reports are of an item alone.
        public void Report(JobProgress value)
        {
            if (value.Picture is { } picture && !ReferenceEquals(Interlocked.Exchange(ref _last, picture), picture))
            {
                gauges.Change(job, found => found with { Picture = picture });
            }
        }
    }
}
