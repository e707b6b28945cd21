using Cluster.Coordinator.Search.Objectives;
using Cluster.Coordinator.Search.Strategies.Explorations;

namespace Cluster.Evaluation.SingleSteps.Forecast;

/// <summary>Estimates a job's cost here, before any of its work. Seconds and bytes are for this machine at its current load.</summary>
/// <param name="JobId">The job's identity.</param>
/// <param name="Groups">Groups of the network.</param>
/// <param name="Quantizable">Groups that the job may quantize.</param>
/// <param name="Measurements">The likely number of measurements.</param>
/// <param name="MostMeasurements">The number of measurements if the search goes on as long as it can.</param>
/// <param name="Images">Images evaluated in the likely measurements of accuracy.</param>
/// <param name="MostImages">The same at most; evaluations of a part of the images take fewer.</param>
/// <param name="Seconds">Time of the likely measurements.</param>
/// <param name="MostSeconds">Longest time, no more than the job's minutes; learning after the search is not included.</param>
/// <param name="Float32MsPerImage">The basis of the estimate: FP32 on one core, from one run.</param>
/// <param name="Doubts">What will probably stand in the way or ask for a person, one sentence each.</param>
/// <param name="LeastMemoryBytes">This process with the data opened and FP32 run once; calibration and correction need more.</param>
public sealed record JobForecast(
    string JobId,
    int Groups,
    int Quantizable,
    int Measurements,
    int MostMeasurements,
    long Images,
    long MostImages,
    double Seconds,
    double MostSeconds,
    double Float32MsPerImage,
    IReadOnlyList<string> Doubts,
    long LeastMemoryBytes)
{
    /// <summary>FP32's level by the job's metric on the evaluation data; null where it has none, or is not scored.</summary>
    public double? Float32 { get; init; }

    // More than eight bits in place of 32 have gained on any processor that was measured.
    private const int MostGain = 8;

    private const int ProbeImages = 32;

    // The latency measurements of a usual search; each takes two networks and a warm-up, and is capped.
    private const int UsualTimings = 8;
    private const int MostTimings = 25;
    private const int RunsOfATiming = 120;
    private static readonly TimeSpan LongestTiming = TimeSpan.FromSeconds(4);

    /// <summary>Makes the forecast of an opened job: runs FP32 on a few images, twice.</summary>
    /// <param name="isTimed">Whether plans are timed here, instead of their times being read from a table.</param>
    /// <param name="labels">Labels that are given for evaluation images without any.</param>
    /// <exception cref="JobException">What is asked is known to be out of reach.</exception>
    public static JobForecast Of(OpenedJob job, bool isTimed, int labels, CancellationToken cancellation)
    {
        var space = job.Lazy.Space;
        var forecast = SearchForecast.Of(job.Spec, space);
        var choice = new GroupChoice(job.Spec.Options, space);
        double perImage = PerImage(job, cancellation);
        long images = job.Data.Evaluation.Images.Count;
        var most = TimeSpan.FromMinutes(Math.Min(job.Spec.Options.MaxMinutes ?? double.MaxValue, 1e9));
        double Seconds(int measurements, int timings)
        {
            timings = Math.Min(timings, measurements);
            double accuracy = (measurements - timings) * images * perImage / Environment.ProcessorCount;
            double run = perImage * job.Spec.Options.Batch / Math.Max(1, job.Spec.Options.Threads);
            double timing = !isTimed ? 0 : timings * Math.Min(LongestTiming.TotalSeconds, RunsOfATiming * run);
            double calibration = 8 * perImage * job.Data.Calibration.Images.Count / Environment.ProcessorCount;
            return Math.Min(most.TotalSeconds, accuracy + timing + calibration);
        }

        return new JobForecast(
            job.Spec.JobId,
            space.Groups.Count,
            space.Groups.Count - choice.Kept.Count(),
            forecast.Likely,
            forecast.Most,
            (forecast.Likely - Math.Min(UsualTimings, forecast.Likely)) * images,
            (forecast.Most - Math.Min(UsualTimings, forecast.Most)) * images,
            Seconds(forecast.Likely, UsualTimings),
            Seconds(forecast.Most, MostTimings),
            1000 * perImage,
            [
                .. isTimed ? OutOfReach(job, 1000 * perImage * job.Spec.Options.Batch / Math.Max(1, job.Spec.Options.Threads)) : [],
                .. Unlabelled(job, labels),
            ],
            Environment.WorkingSet);
    }

    private static IEnumerable<string> OutOfReach(OpenedJob job, double float32Ms)
    {
        var options = job.Spec.Options;
        if (options.LatencyBudgetMs is { } budget && float32Ms > MostGain * budget)
        {
            yield return $"{JobLimits.LatencyBudget.Name} is {BudgetWords.Milliseconds(budget)} where FP32 takes about "
                + $"{BudgetWords.Milliseconds(float32Ms)} for {options.Batch} {(options.Batch == 1 ? "image" : "images")} here, "
                + $"and no plan is {MostGain} times as fast: give a larger budget, a smaller {JobLimits.Batch.Name} or more "
                + $"{JobLimits.Threads.Name}.";
        }
    }

    private static IEnumerable<string> Unlabelled(OpenedJob job, int labels)
    {
        var options = job.Spec.Options;
        if (options.Measure.CountsImages() && !job.Data.Evaluation.Images.HasLabels)
        {
            int images = job.Data.Evaluation.Images.Count;
            int most = Math.Min(images, options.MaxLabels ?? JobOptions.UsualMaxLabels);
            int Of(double share) => Math.Min(most, (int)Math.Ceiling(share * images));
            yield return most == 0
                ? "The evaluation images have no labels, and none will be asked for: a plan counts as wrong where it answers otherwise."
                : labels > 0
                ? $"The evaluation images have no labels, and the list has those of {labels} of the {images} images: the job will stop "
                    + $"where another one matters, after at most {most} together ({JobLimits.MaxLabels.Name})."
                : $"The evaluation images have no labels: the job will stop and ask for those of about {Of(0.005)} to {Of(0.03)} of the "
                    + $"{images} images, at most {most} ({JobLimits.MaxLabels.Name}).";
        }
    }

    // By the second run the session has its memory and the processor its full clock.
    private static double PerImage(OpenedJob job, CancellationToken cancellation)
    {
        var target = TargetList.Find(job.Spec.Options.Target);
        var images = job.Data.Evaluation.Take(ProbeImages);
        TargetLogits.Of(target, job.Network.Original.File, images, job.Network.Classes, 1, cancellation);
        long began = Stopwatch.GetTimestamp();
        TargetLogits.Of(target, job.Network.Original.File, images, job.Network.Classes, 1, cancellation);
        return Stopwatch.GetElapsedTime(began).TotalSeconds / images.Images.Count;
    }
}
