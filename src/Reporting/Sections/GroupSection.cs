namespace Cluster.Reporting.Sections;

/// <summary>Why each group has its precision.</summary>
internal static class GroupSection
{
    public static void Write(HtmlWriter html, ReportModel model)
    {
        var (profile, winner) = (model.Profile, model.Result.Winner);
        html.Add(
            $"<section id=\"groups\"><h2>Why each group has its precision</h2><p class=\"note\">A group is what one kernel of the "
            + $"target executes; groups are in the network's order. KL and SQNR: this group alone in 8 bits. Milliseconds are of "
            + $"its kernels in the profile, without changes of precision around it.");
        if (profile is not null)
        {
            html.Add(
                $" The profiled network takes {Figures.Milliseconds(profile.Float32TotalMs)} ms in FP32 and "
                + $"{Figures.Milliseconds(profile.Int8TotalMs)} ms in INT8.");
        }

        if (!winner.Plan.IsBaseline && winner.Latency is { } latency)
        {
            html.Add(
                $" Saved milliseconds of groups that are not in FP32 are shares of the "
                + $"{Figures.Milliseconds(latency.Float32MedianMs - latency.MedianMs)} ms that were measured, and add up to them; of "
                + $"groups in FP32 they are what INT8 would save there alone, by the latency model.");
        }

        html.Add(
            $"</p><div class=\"scroll\"><table><thead><tr><th class=\"n\" data-sort>#</th><th data-sort>group</th><th class=\"n\" "
            + $"data-sort>MACs<small>parameters</small></th><th data-sort>precision<small>ranges</small></th><th class=\"n\" "
            + $"data-sort>KL alone<small>nats</small></th><th class=\"n\" data-sort>SQNR<small>dB</small></th><th class=\"n\" "
            + $"data-sort>FP32<small>ms</small></th><th class=\"n\" data-sort>INT8<small>ms</small></th><th class=\"n\" data-sort>"
            + $"saves<small>ms, with edges</small></th><th>why</th></tr></thead><tbody>");
        var left = LeftOut.Of(model.Evaluated, model.Space.Groups.Count);
        for (var i = 0; i < model.Space.Groups.Count; i++)
        {
            Row(html, model, i, left[i]);
        }

        html.Add($"</tbody></table></div></section>\n");
    }

    private static void Row(HtmlWriter html, ReportModel model, int index, LeftOut? left)
    {
        var group = model.Space.Groups[index];
        var decision = model.Result.Winner.Plan.Groups[index];
        var verdict = model.Result.Groups.ElementAtOrDefault(index);
        var time = model.Profile?.Groups.ElementAtOrDefault(index);
        string? apart = left?.Words(model.Options.Measure, model.Result.Baselines.Fp32.Accuracy?.Total ?? 0);
        html.Add(
            $"<tr><td class=\"n\" data-v=\"{index}\">{index + 1}</td><td class=\"group\">{group.Name}<small>"
            + $"{string.Join(" · ", group.Operators)}</small></td><td class=\"n\" data-v=\"{group.Macs}\">"
            + $"{Figures.Count(group.Macs)}<small>{Figures.Count(group.Parameters)}</small></td>");
        html.Add($"<td><span class=\"chip {(decision.Format.IsBaseline ? "fp32" : "int8")}\">{decision.Format.Title}</span>");
        if (decision.Format.IsCalibrated)
        {
            html.Add($"<small>{decision.Calibrator}{(decision.BiasCorrection ? ", bias corrected" : ", bias as it was")}</small>");
        }

        if (model.Result.Winner.Artefact?.Forms?.GetValueOrDefault(group.Name) is { } form)
        {
            html.Add($"<small>{form}</small>");
        }

        html.Add(
            $"</td><td class=\"n\" data-v=\"{Sortable(verdict?.Kl)}\">{Figures.Nats(verdict?.Kl)}</td><td class=\"n\" "
            + $"data-v=\"{Sortable(verdict?.SqnrDb)}\">{Figures.Decibels(verdict?.SqnrDb)}</td>");
        html.Add(
            $"<td class=\"n\" data-v=\"{Sortable(time?.Float32Ms)}\">{Figures.Milliseconds(time?.Float32Ms)}</td><td class=\"n\" "
            + $"data-v=\"{Sortable(time?.Int8Ms)}\">{Figures.Milliseconds(time?.Int8Ms)}</td><td class=\"n\" "
            + $"data-v=\"{Sortable(verdict?.PredictedSavedMs)}\">{Figures.Milliseconds(verdict?.PredictedSavedMs)}</td>");
        html.Add(
            $"<td class=\"why\">{Words(verdict?.Code, model.Result.Decision.Feasible)}<small>{verdict?.Reason} {apart}</small></td>"
            + $"</tr>");
    }

    private static string Words(VerdictCode? code, bool isFeasible) => code switch
    {
        VerdictCode.QuantizedFaster => isFeasible ? "Faster, and accurate enough" : "Faster",
        VerdictCode.QuantizedWithNeighbours => "In 8 bits with its neighbours",
        VerdictCode.Float32ForAccuracy => "Kept for accuracy",
        VerdictCode.Float32ForSpeed => "Kept for speed",
        VerdictCode.Float32WithNeighbours => "In FP32 with its neighbours",
        VerdictCode.Float32NothingFaster => "Nothing was faster",
        VerdictCode.Float32Asked => "Kept as asked",
        _ => Figures.None,
    };

    private static string Sortable(double? value) => value?.ToString("R") ?? string.Empty;
}
