namespace Cluster.DataSpecs;

/// <summary>How the samples of one part of a <see cref="DataSpec"/> are stored.</summary>
public enum DataFormat
{
    /// <summary><c>idx:</c> — the IDX format of MNIST: uint8, one magic number and big-endian sizes, labels in a separate file.</summary>
    Idx,

    /// <summary>
    /// <c>cifar10:</c> — CIFAR-10's binary format: records of 1 label byte and 3 x 32 x 32 pixel bytes.
    /// </summary>
    Cifar10,

    /// <summary><c>folder:</c> — a directory of JPEG or PNG files, labelled by a CSV file.</summary>
    Folder,

    /// <summary><c>imagefolder:</c> — a directory with a directory of JPEG or PNG files for each class.</summary>
    ImageFolder,

    /// <summary>
    /// <c>npz:</c> — NumPy's archive of arrays: one for each input of the network, by its name, and labels as the array <c>labels</c>.
    /// </summary>
    Npz,

    /// <summary><c>npy:</c> — NumPy's file of one array, the only input of the network; labels in a separate file.</summary>
    Npy,
}
