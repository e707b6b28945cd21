namespace Cluster.Data;

/// <summary>
/// The samples that a network runs on, with or without labels: images (<see cref="ImageSet"/>) or arrays (<see cref="Arrays.ArraySet"/>).
/// The product calls a sample of either kind an image. Immutable; safe to read from many threads.
/// </summary>
public abstract class SampleSet
{
    private readonly Lazy<string> _digest;
    private readonly Lazy<UInt128[]> _hashes;

    private protected SampleSet(string name)
    {
        Name = name;
        _digest = new(ComputeDigest);
        _hashes = new(() => [.. Hashes()]);
    }

    /// <summary>The source of the samples, for messages: the spec's canonical text.</summary>
    public string Name { get; }

    /// <summary>Number of samples, at least 1 for a set that was read.</summary>
    public abstract int Count { get; }

    /// <summary>True if every sample has a label; no set is labelled in part.</summary>
    public abstract bool HasLabels { get; }

    /// <summary>
    /// The largest label, -1 without labels. Compare with the model's number of classes by <see cref="RequireClasses"/>.
    /// </summary>
    public abstract int MaxLabel { get; }

    /// <summary>
    /// SHA-256 (lower-case hexadecimal) of the content: equal samples give an equal digest, however they were stored. Computed once.
    /// </summary>
    public string Digest => _digest.Value;

    /// <summary>Class index of sample <paramref name="index"/>.</summary>
    /// <exception cref="KernelException">The set has no labels.</exception>
    public int Label(int index) => HasLabels ? LabelOf(index) : throw NoLabels();

    /// <summary>The file of one sample, as its list or folder names it; null if it is not a file of its own.</summary>
    public virtual string? FileOf(int index) => null;

    /// <summary>The same samples without labels.</summary>
    public abstract SampleSet WithoutLabels();

    /// <summary>Checks that each array of the set has a role in evaluation: one that has none was probably meant to.</summary>
    /// <exception cref="KernelException">One has none; the message names it.</exception>
    public virtual void RequireRoles()
    {
    }

    /// <summary>The samples at <paramref name="indices"/> in that order: a view, content is shared.</summary>
    public abstract SampleSet Select(IReadOnlyList<int> indices);

    /// <summary>The set bound to a network's inputs: checked against them, arrays in their order.</summary>
    /// <param name="inputs">The network's inputs.</param>
    /// <param name="preprocess">For images; arrays are given to the network as they are.</param>
    /// <exception cref="KernelException">The network takes something else; the message says so in one sentence.</exception>
    public abstract SampleSet For(IReadOnlyList<ValueInfo> inputs, Preprocess? preprocess);

    /// <summary>Samples of the data in each of these: above 1 where a network takes so many that depend on each other.</summary>
    public virtual int Together => 1;

    /// <summary>Whether samples have several shapes.</summary>
    public virtual bool HasSeveralShapes => false;

    /// <summary>
    /// Whether each sample is run by itself: they have several shapes, or one that the network's outputs are not sized for.
    /// </summary>
    public bool IsOneByOne => HasSeveralShapes || !HasNetworkShape;

    /// <summary>The shapes of the samples, with the places that have it: that of the network first, then the most frequent.</summary>
    public virtual IReadOnlyList<(string Shape, int Count, IReadOnlyList<int> Places)> Shapes => [];

    /// <summary>Whether some samples have the network's shape, which latency is timed at.</summary>
    public virtual bool HasNetworkShape => true;

    /// <summary>Shapes of the samples for one input of a network, the most frequent one first; none if there are none for it.</summary>
    /// <param name="isOnly">Whether it is the network's only input.</param>
    public abstract IReadOnlyList<IReadOnlyList<long>> ShapesFor(string input, bool isOnly, Preprocess? preprocess = null);

    /// <summary>
    /// The set with targets for a network's output, from an archive's array <see cref="Arrays.ArraySource.TargetsArray"/>.
    /// </summary>
    /// <param name="output">The network's output: its type and shape are the target's.</param>
    /// <exception cref="KernelException">The set has no targets, or of another shape.</exception>
    public virtual SampleSet WithTargets(ValueInfo output) => throw new KernelException(
        $"'{Name}' has no targets, which rmse compares the outputs with; give npz:FILE with an array '{Arrays.ArraySource.TargetsArray}' "
        + "beside the inputs.");

    /// <summary>
    /// The set with the boxes of each sample as its targets, from an archive's array <see cref="Arrays.ArraySource.BoxesArray"/>, (samples,
    /// largest number of boxes, 5).
    /// </summary>
    /// <exception cref="KernelException">The set has none, or of another shape.</exception>
    public virtual SampleSet WithBoxes() => throw new KernelException(
        $"'{Name}' has no boxes, which mean average precision compares the outputs with; give npz:FILE with an array "
        + $"'{Arrays.ArraySource.BoxesArray}' beside the inputs, or folder:DIR with labels= COCO's FILE.json or a folder of YOLO's texts.");

    /// <summary>The set with a class for each pixel as its targets, from the array <see cref="Arrays.ArraySource.MasksArray"/>.</summary>
    /// <exception cref="KernelException">The set has none, or of another shape.</exception>
    public virtual SampleSet WithMasks() => throw new KernelException(
        $"'{Name}' has no masks, which miou compares the outputs with; give npz:FILE with an array '{Arrays.ArraySource.MasksArray}' "
        + "beside the inputs, or folder:DIR with labels= a folder of PNG files.");

    /// <summary>The set with the classes of each sample's string as its targets, below 0 where it has ended.</summary>
    /// <param name="blank">The class that stands for no character.</param>
    /// <param name="classes">Classes of the network, the blank among them.</param>
    /// <returns>Null if it has no strings.</returns>
    /// <exception cref="KernelException">A string has other classes.</exception>
    public virtual SampleSet? WithStrings(int blank, int classes) => null;

    /// <summary>Whether <see cref="WithStrings"/> made the set.</summary>
    public virtual bool HasStrings => false;

    /// <summary>What is known of each picture besides its class; null: nothing, or these are no pictures.</summary>
    public virtual PictureLabelKind? Kind => null;

    /// <summary>Of the boxes of pictures: their unit; null of others.</summary>
    public virtual BoxLabels? Boxes => null;

    /// <summary>The shape of a target, (height, width), if it is a mask.</summary>
    public virtual (int Height, int Width) MaskSize => throw new InvalidOperationException($"'{Name}' is read without masks.");

    /// <summary>The targets of one sample.</summary>
    /// <exception cref="InvalidOperationException">It is read without.</exception>
    public virtual float[] ReadTarget(int index) => throw new InvalidOperationException($"'{Name}' is read without targets.");

    /// <summary>The targets of all samples, samples outermost.</summary>
    /// <exception cref="InvalidOperationException">Neither <see cref="WithTargets"/> nor <see cref="WithBoxes"/> made the set.</exception>
    public virtual float[] ReadTargets() => throw new InvalidOperationException($"'{Name}' is read without targets.");

    /// <summary>The names of the set's arrays that have a row for each sample and are neither the network's inputs nor labels.</summary>
    public virtual IReadOnlyList<string> Others => [];

    /// <summary><see cref="Others"/>, the rows of all samples, as they are stored.</summary>
    public virtual IReadOnlyList<(string Name, TensorData Rows)> ReadOthers() => [];

    /// <summary>The samples [start, start + count), one tensor for each input of the network, samples outermost.</summary>
    /// <param name="preprocess">For images.</param>
    public abstract IReadOnlyList<TensorData> Read(int start, int count, Preprocess? preprocess);

    /// <summary>
    /// How many of this set's samples occur in <paramref name="other"/> with exactly the same content; labels are ignored. Accuracy looks
    /// too good on samples that were also used for calibration or search.
    /// </summary>
    public int CountShared(SampleSet other)
    {
        if (!HasShapeOf(other))
        {
            return 0;
        }

        HashSet<UInt128> theirs = [.. other._hashes.Value];
        return _hashes.Value.Count(theirs.Contains);
    }

    /// <summary>The places of the samples that do not occur earlier in the set; labels are ignored.</summary>
    public int[] WithoutCopies() => [.. _hashes.Value.Index().DistinctBy(sample => sample.Item).Select(sample => sample.Index)];

    /// <summary>Checks that accuracy can be measured on this set.</summary>
    /// <exception cref="KernelException">The set has no labels.</exception>
    public void RequireLabels()
    {
        if (!HasLabels)
        {
            throw NoLabels();
        }
    }

    /// <summary>
    /// Checks that the labels fit a model with outputs for classes 0 … <paramref name="classes"/> - 1.
    /// </summary>
    /// <param name="access">Allows the message; null: any.</param>
    /// <exception cref="KernelException">The set has no labels, or one is too large.</exception>
    public void RequireClasses(int classes, DataAccess? access = null)
    {
        RequireLabels();
        if (MaxLabel >= classes)
        {
            int index = Enumerable.Range(0, Count).First(i => LabelOf(i) >= classes);
            string sample =
                $"{Noun} {index} of '{Name}' has the label {LabelOf(index)} but the model has {classes} classes, 0..{classes - 1}";
            string any = $"'{Name}' has a label beyond the model's {classes} classes, 0..{classes - 1}";
            const string Advice = "use the labels that the model was trained with.";
            throw new KernelException((access ?? DataAccess.Anywhere).Told($"{sample}; {Advice}", $"{any}; {Advice}", Name));
        }
    }

    /// <summary>The first 128 bits of the SHA-256 of a sample's content without its label.</summary>
    internal abstract UInt128 Hash(int index);

    /// <summary>The hash of each sample, in order.</summary>
    internal virtual IEnumerable<UInt128> Hashes() => Enumerable.Range(0, Count).Select(Hash);

    /// <summary>"Image" or "Sample".</summary>
    private protected abstract string Noun { get; }

    private protected abstract int LabelOf(int index);

    /// <summary>Whether the samples of both fit into one tensor, by what the network takes.</summary>
    public abstract bool HasShapeOf(SampleSet other);

    private protected abstract string ComputeDigest();

    private protected abstract KernelException NoLabels();
}
