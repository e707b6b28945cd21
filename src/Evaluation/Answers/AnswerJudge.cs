namespace Cluster.Evaluation.Answers;

/// <summary>Judges what a network's outputs say together: boxes, masks or strings.</summary>
internal abstract class AnswerJudge
{
    /// <summary>Whether it reads more than the first output.</summary>
    public virtual bool ReadsAll => false;

    /// <summary>How it reads outputs and labels, a sentence each.</summary>
    public abstract IReadOnlyList<string> Sentences { get; }

    /// <summary>The judge for what FP32 gives on all evaluation samples, which is checked.</summary>
    /// <exception cref="Networks.KernelException">It is not what the judge reads.</exception>
    public abstract AnswerJudge Checked(RunOutputs float32, SampleSet samples);

    /// <summary>One loss per sample.</summary>
    /// <param name="outputs">Of a candidate, or of FP32 itself.</param>
    /// <param name="samples">The same samples.</param>
    /// <param name="float32">FP32's for them.</param>
    public abstract float[] Losses(RunOutputs outputs, SampleSet samples, RunOutputs float32);
}

/// <summary>The outputs of a run for some samples, samples outermost.</summary>
/// <param name="FirstName">Name of the first.</param>
/// <param name="First">The first.</param>
/// <param name="Others">The others, if they were asked for.</param>
internal sealed record RunOutputs(string FirstName, float[] First, IReadOnlyList<(string Name, TensorData Value)> Others)
{
    /// <summary>An output by its name.</summary>
    public float[] Of(string name) =>
        name == FirstName ? First : Others.First(output => output.Name == name).Value.ToFloats().ToArray();

    /// <summary>One sample of the first output.</summary>
    public ReadOnlySpan<float> Sample(int index, int samples)
    {
        int width = First.Length / samples;
        return First.AsSpan(index * width, width);
    }
}
