using Cluster.Kernels.Metrics;
using Cluster.Kernels.Sensitivity;

namespace Cluster.Kernels.CalibratorSearch;

/// <summary>
/// Chooses a calibrator for each group without labels. First each group runs alone with each calibrator, from cached FP32 prefixes; the one
/// with the least divergence is its own best. Groups share tensors, so the best alone may not be best together: the start is the set with
/// the least joint divergence, either these choices or one calibrator for all groups. Then one pass of coordinate descent, in the order of
/// execution, replaces a choice by a rival that lowers the joint divergence with all other groups quantized. <para> Only activations are
/// quantized here. A calibrator does not affect the weights, and the error of rounding them, mainly a shift of each channel, is ten times
/// as large in depthwise networks and corrected in the biases later: it would hide the calibrators' effect. </para>
/// </summary>
public static class CalibratorSweep
{
    // In the joint pass a group's rivals are its best alone and the runner-up: no choice further behind has been seen to win.
    private const int Rivals = 2;

    /// <summary>Chooses; deterministic for any number of workers.</summary>
    /// <param name="resolver">Ranges by statistics of images outside <paramref name="images"/>, if there are enough.</param>
    /// <param name="settings">One for each group of the network; the calibrator of quantized ones is ignored.</param>
    /// <param name="methods">Calibrators, at least one; earlier ones win ties.</param>
    /// <param name="outputs">Outputs by which the distance from FP32 is measured.</param>
    /// <param name="space">Where tensors of all images are stored between two groups; null: in memory.</param>
    public static CalibratorChoice Run(
        FloatNetwork network,
        PlanResolver resolver,
        IReadOnlyList<GroupDecision> settings,
        IReadOnlyList<string> methods,
        ImageBatches images,
        int workers,
        CancellationToken cancellation,
        OutputKind outputs = OutputKind.Scores,
        SpillSpace? space = null)
    {
        LayerGroup[] groups = [.. network.Graph.Groups.Where(group => settings[group.Index].Format.IsInteger)];
        var alone = Alone(network, resolver, settings, groups, methods, images, workers, outputs, cancellation);
        int[][] ranked = [.. alone.Select(scores => Enumerable.Range(0, methods.Count).OrderBy(method => scores[method].Kl).ToArray())];

        QuantizedNetwork Resolve(IReadOnlyList<int> chosen)
        {
            GroupDecision[] all = [.. settings.Select(setting => setting with { BiasCorrection = false })];
            for (int i = 0; i < groups.Length; i++)
            {
                all[groups[i].Index] = all[groups[i].Index] with { Calibrator = methods[chosen[i]] };
            }

            return resolver.Resolve(all).WithFloatWeights();
        }

        using var joint = new JointDivergence(network, images, workers, cancellation, outputs, space);
        double[] networks = [.. Enumerable.Range(0, methods.Count)
            .Select(method => joint.Of(Resolve([.. groups.Select(_ => method)])))];
        int[] chosen = [.. ranked.Select(methodsByKl => methodsByKl[0])];
        double kl = joint.Of(Resolve(chosen));
        int single = Enumerable.Range(0, methods.Count).MinBy(method => networks[method]);
        if (networks[single] < kl)
        {
            (chosen, kl) = ([.. groups.Select(_ => single)], networks[single]);
        }

        var current = Resolve(chosen);
        joint.Begin(current);
        for (int i = 0; i < groups.Length; i++)
        {
            var rivals = ranked[i].Take(Rivals)
                .Where(method => method != chosen[i])
                .Select(method => (Method: method, Network: Resolve([.. chosen.Select((other, j) => j == i ? method : other)])))
                .Where(rival => rival.Network.OtherRanges(current).Count > 0)
                .ToArray();
            double[] scores = joint.OfVariants(groups[i].Index, [.. rivals.Select(rival => rival.Network)]);
            for (int rival = 0; rival < rivals.Length; rival++)
            {
                if (scores[rival] < kl)
                {
                    (chosen[i], kl, current) = (rivals[rival].Method, scores[rival], rivals[rival].Network);
                }
            }

            joint.Change(current);
        }

        return new CalibratorChoice(alone, networks, chosen, kl);
    }

    /// <summary>For each group, its sensitivity by each calibrator. Calibrators that give the same ranges are run once.</summary>
    private static List<GroupScore[]> Alone(
        FloatNetwork network,
        PlanResolver resolver,
        IReadOnlyList<GroupDecision> settings,
        LayerGroup[] groups,
        IReadOnlyList<string> methods,
        ImageBatches images,
        int workers,
        OutputKind outputs,
        CancellationToken cancellation)
    {
        var known = groups.Select(_ => new List<(QuantizedNetwork Network, GroupScore Score)>()).ToArray();
        var scores = groups.Select(_ => new GroupScore[methods.Count]).ToList();
        for (int method = 0; method < methods.Count; method++)
        {
            var networks = groups.Select(group => resolver.Resolve([.. settings.Select((setting, index) => index == group.Index
                ? setting with { Calibrator = methods[method], BiasCorrection = false }
                : GroupDecision.Baseline(setting.Group))]).WithFloatWeights()).ToArray();
            var same = networks
                .Select((candidate, i) => known[i].FirstOrDefault(entry => entry.Network.OtherRanges(candidate).Count == 0).Score)
                .ToArray();
            int[] asked = [.. Enumerable.Range(0, groups.Length).Where(i => same[i] is null)];
            var found = asked.Length == 0 ? [] : SensitivitySweep.Run(
                network, [.. asked.Select(i => (groups[i], networks[i]))], images, workers, batchDone: null, cancellation,
                outputs: outputs);
            foreach (var (i, score) in asked.Zip(found))
            {
                known[i].Add((networks[i], score));
                same[i] = score;
            }

            for (int i = 0; i < groups.Length; i++)
            {
                scores[i][method] = same[i]!;
            }
        }

        return scores;
    }
}

/// <summary>
/// A calibrator for each group, and the divergences that decided the choice: mean KL(FP32 || activations quantized), nats per image.
/// </summary>
/// <param name="Alone">For each group that was asked about, the divergence of it alone by each calibrator.</param>
/// <param name="Networks">The divergence of all of these groups together, one per calibrator.</param>
/// <param name="Chosen">Index of each group's calibrator.</param>
/// <param name="Kl">Divergence of the chosen calibrators together; never more than the least of <paramref name="Networks"/>.</param>
public sealed record CalibratorChoice(
    IReadOnlyList<IReadOnlyList<GroupScore>> Alone, IReadOnlyList<double> Networks, IReadOnlyList<int> Chosen, double Kl);
