using System.Runtime.InteropServices;
using Cluster.Coordinator.Statistics;

namespace Cluster.Simulation;

/// <summary>
/// A network whose images are a sample and whose true accuracies are known: what a search decides on the sample can be compared with the
/// truth. Image i has a margin mᵢ ~ N(μ, 1), by which FP32 prefers the right class, and FP32 is right where it is positive. Each group in
/// 8 bits lowers every margin by its shift and adds its own noise, N(0, σ²) per image, the same in every plan that quantizes the group, so
/// plans err on the same images as far as they quantize alike. A plan is then truly right on a share Φ((μ − Σ shift) / √(1 + Σ σ²)).
/// </summary>
public sealed class SampledNetwork
{
    // What is the same in every calibrator's noise of a group, as a correlation.
    private const double Common = 0.85;
    private const double Uncorrected = 1.5;

    // The share of the loss that noise makes where margins shift together.
    private const double NoiseOfShifting = 0.05;

    private readonly SyntheticNetwork _speed;
    private readonly bool _readsImages;
    private readonly double[] _shift;
    private readonly double[] _noise;
    private readonly double _margin;
    private readonly ulong _seed;
    private readonly float[] _margins;
    private readonly Dictionary<(int Group, string Calibrator), float[]> _errors = [];

    /// <summary>Draws a network and its evaluation set.</summary>
    /// <param name="seed">Draws both; networks of one seed are the same for any number of images.</param>
    /// <param name="images">Images of the evaluation set.</param>
    /// <param name="repeats">
    /// How often the block of groups is there, at least 1: each group of it is as fast in every repetition and about as harmful.
    /// </param>
    /// <param name="loss">How plans lose, and what their divergence is.</param>
    public SampledNetwork(ulong seed, int images, int repeats = 1, SampledLoss loss = SampledLoss.AsDivergence)
    {
        (_seed, _readsImages) = (seed, loss != SampledLoss.AsDivergence);
        var random = new SplitMix64(seed);
        var block = (repeats == 1 ? 8 : 4) + random.Below(3);
        var count = block * repeats;
        var top1 = 0.6 + (0.32 * Unit(random));

        // What all groups in 8 bits lose, in shares of the images: evenly on a logarithmic scale from 0.1 to 5 points.
        var lost = 0.001 * Math.Pow(50, Unit(random));
        var drawn = 0.2 + (0.6 * Unit(random));
        var byNoise = loss == SampledLoss.Shifts ? NoiseOfShifting : drawn;
        _margin = Normal.Quantile(top1);
        var variance = Math.Min(0.15, Math.Pow(_margin / Normal.Quantile(top1 - (byNoise * lost)), 2) - 1);
        var shift = _margin - (Normal.Quantile(top1 - lost) * Math.Sqrt(1 + variance));
        var noiseShares = repeats == 1 ? Shares(random, count, spread: 1.2) : Repeated(Shares(random, block, spread: 1.2), random, repeats);
        var own = Shares(random, count, spread: 0.3);
        var shiftShares = Normalized([.. noiseShares.Zip(own, (noise, factor) => noise * factor)]);
        _noise = [.. noiseShares.Select(share => Math.Sqrt(variance * share))];
        _shift = [.. shiftShares.Select(share => shift * share)];
        _speed = new SyntheticNetwork
        {
            // The divergence of a group tells what it harms, but not exactly.
            Damage = [.. noiseShares.Zip(shiftShares, (x, y) => lost * (x + y) * Math.Exp(0.4 * Gaussian(random)))],
            Float32Ms = Again([.. Enumerable.Range(0, block).Select(_ => 0.3 + (1.7 * Unit(random)))], repeats),
            Int8Ms = [],
            EdgeMs = 0.03,
            Images = images,
        };
        var factors = Again([.. Enumerable.Range(0, block).Select(_ => 0.35 + (0.7 * Unit(random)))], repeats);
        _speed = _speed with { Int8Ms = [.. _speed.Float32Ms.Zip(factors, (ms, factor) => ms * factor)] };
        _margins = Sample(SplitMix64.Derive((long)(seed >> 11), "margins"));
        for (var i = 0; i < images; i++)
        {
            _margins[i] += (float)_margin;
        }
    }

    /// <summary>What a search decides about.</summary>
    public SearchSpace Space => _speed.Space;

    /// <summary>The calibrators that a job on it tries.</summary>
    public IReadOnlyList<string> Methods { get; init; } = ["max", "kl", "mse"];

    /// <summary>A job on this network: half a point may be lost, and each job has a seed of its own.</summary>
    public JobSpec Spec => _speed.Spec with
    {
        Options = _speed.Spec.Options with { MaxDrop = 0.005, Seed = (long)(_seed >> 11), Methods = Methods },
    };

    /// <summary>The share of all images that there are that a plan loses.</summary>
    public double TrueDrop(Plan plan)
    {
        double shift = 0, variance = 0;
        for (var group = 0; group < plan.Groups.Count; group++)
        {
            var factor = Factor(plan.Groups[group]);
            shift += _shift[group] * factor;
            variance += Math.Pow(_noise[group] * factor, 2);
        }

        return Normal.Cumulative(_margin) - Normal.Cumulative((_margin - shift) / Math.Sqrt(1 + variance));
    }

    /// <summary>How many times as fast as FP32 a plan is.</summary>
    public double SpeedUp(Plan plan) => _speed.Float32Ms.Sum() / _speed.MsOf(plan);

    /// <summary>The most that any plan with the best calibrator speeds up and truly keeps the bound; at least 1, as FP32 does.</summary>
    public double BestSpeedUp()
    {
        var groups = Space.Groups.Select(group => group.Name);
        var int8 = Plan.Uniform(GroupFormat.Int8, Spec.Options.Target, groups, "mse", biasCorrection: true);
        return Enumerable.Range(0, 1 << _speed.Count)
            .Select(mask => Enumerable.Range(0, _speed.Count).Where(group => (mask >> group & 1) != 0))
            .Select(kept => int8.With([.. kept], GroupDecision.Baseline))
            .Where(plan => TrueDrop(plan) <= Spec.Options.AcceptedDrop)
            .Max(SpeedUp);
    }

    /// <summary>The result of an item; the same on every call.</summary>
    public WorkResult Evaluate(WorkItem item) => item is AccuracyItem accuracy
        ? Accuracy(accuracy.Plan, accuracy.Images)
        : _speed.Evaluate(item) switch
        {
            SensitivityResult sweep when _readsImages => Alone(sweep),
            var result => result,
        };

    private SensitivityResult Alone(SensitivityResult sweep)
    {
        var names = Space.Groups.Select(group => group.Name).ToArray();
        var indices = Enumerable.Range(0, names.Length).ToArray();
        var plan = Plan.Uniform(GroupFormat.Int8, Spec.Options.Target, names, "mse", biasCorrection: true);
        return sweep with
        {
            Groups =
            [
                .. sweep.Groups.Select((group, i) => group with
                {
                    Kl = Accuracy(plan.With(indices.Where(other => other != i), GroupDecision.Baseline), ImageScope.Full).Kl,
                }),
            ],
        };
    }

    private static double Unit(SplitMix64 random) => (random.Next() >> 11) * (1.0 / (1UL << 53));

    private static double Gaussian(SplitMix64 random) => Normal.Quantile((Unit(random) * (1 - 1e-12)) + 5e-13);

    private static double[] Shares(SplitMix64 random, int count, double spread) =>
        Normalized([.. Enumerable.Range(0, count).Select(_ => Math.Exp(spread * Gaussian(random)))]);

    private static T[] Again<T>(T[] block, int repeats) => [.. Enumerable.Repeat(block, repeats).SelectMany(values => values)];

    private static double[] Repeated(double[] block, SplitMix64 random, int repeats) =>
        Normalized([.. Again(block, repeats).Select(share => share * Math.Exp(0.5 * Gaussian(random)))]);

    private static double[] Normalized(double[] values) => [.. values.Select(value => value / values.Sum())];

    private static double Factor(GroupDecision decision) => decision.Format.IsBaseline
        ? 0
        : SyntheticNetwork.MethodFactor(decision.Calibrator) * (decision.BiasCorrection ? 1 : Uncorrected);

    private AccuracyResult Accuracy(Plan plan, ImageScope scope)
    {
        var margins = (float[])_margins.Clone();
        for (var group = 0; group < plan.Groups.Count; group++)
        {
            var decision = plan.Groups[group];
            var factor = Factor(decision);
            if (factor == 0)
            {
                continue;
            }

            var errors = Errors(group, decision.Calibrator);
            var (scale, shift) = ((float)(_noise[group] * factor), (float)(_shift[group] * factor));
            for (var image = 0; image < margins.Length; image++)
            {
                margins[image] += (errors[image] * scale) - shift;
            }
        }

        var indices = scope.Indices(margins.Length);
        var bits = new byte[(indices.Length + 7) / 8];
        int correct = 0, agree = 0;
        var nats = 0.0;
        for (var i = 0; i < indices.Length; i++)
        {
            var isRight = margins[indices[i]] > 0;
            bits[i >> 3] |= (byte)((isRight ? 1 : 0) << (i & 7));
            correct += isRight ? 1 : 0;
            agree += isRight == _margins[indices[i]] > 0 ? 1 : 0;
            nats += _readsImages ? Divergence(_margins[indices[i]], margins[indices[i]]) : 0;
        }

        return new AccuracyResult
        {
            Correct = correct,
            Total = indices.Length,
            Kl = _readsImages ? nats / indices.Length : _speed.DamageOf(plan),
            Agree = agree,
            CorrectBits = bits,
            ArtefactSha256 = plan.Digest,
            SizeBytes = 1,
            Bops = plan.QuantizedCount,
        };
    }

    // KL of two classes' softmax, whose logits are a margin apart.
    private static double Divergence(double before, double after)
    {
        var p = 1 / (1 + Math.Exp(-before));
        return (p * (before - after)) + Math.Log((1 + Math.Exp(after)) / (1 + Math.Exp(before)));
    }

    private float[] Errors(int group, string calibrator)
    {
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_errors, (group, calibrator), out _);
        if (known is null)
        {
            var common = Sample(SplitMix64.Derive((long)(_seed >> 11), $"group {group}"));
            var own = Sample(SplitMix64.Derive((long)(_seed >> 11), $"group {group} {calibrator}"));
            known = [.. common.Zip(own, (x, y) => (float)((Common * x) + (Math.Sqrt(1 - (Common * Common)) * y)))];
        }

        return known;
    }

    private float[] Sample(long seed)
    {
        var random = new SplitMix64((ulong)seed);
        var sample = new float[_speed.Images];
        for (var i = 0; i < sample.Length; i++)
        {
            sample[i] = (float)Gaussian(random);
        }

        return sample;
    }
}
