namespace Cluster.Evaluation.Answers;

/// <summary>Strings of CTC: exact ones, or their characters.</summary>
/// <param name="strings">How they are read.</param>
/// <param name="hasLabels">Whether the samples say what is written in them; else FP32 does.</param>
/// <param name="areWhole">Whether a string counts as a whole.</param>
internal sealed class StringJudge(CtcStrings strings, bool hasLabels, bool areWhole) : AnswerJudge
{
    public override IReadOnlyList<string> Sentences =>
    [
        $"strings are read from {strings.Steps} steps of {strings.Classes} classes, of which {strings.Blank} is the blank"
            + (hasLabels ? string.Empty : "; the samples have none, so that FP32's are expected"),
    ];

    public override AnswerJudge Checked(RunOutputs float32, SampleSet samples) => this;

    public override float[] Losses(RunOutputs outputs, SampleSet samples, RunOutputs float32)
    {
        int[][] read = Read(outputs, samples.Count);
        int[][] expected = hasLabels
            ? [.. Enumerable.Range(0, samples.Count).Select(i => Expected(samples, i))]
            : Read(float32, samples.Count);
        return areWhole ? CtcStrings.Wrong(read, expected) : CtcStrings.WrongCharacters(read, expected);
    }

    private static int[] Expected(SampleSet samples, int index) =>
        [.. samples.ReadTarget(index).Where(kind => kind >= 0).Select(kind => (int)kind)];

    private int[][] Read(RunOutputs outputs, int samples) =>
        [.. Enumerable.Range(0, samples).Select(i => strings.Read(outputs.Sample(i, samples)))];
}
