"""Every private name of today's TensorFlow that the front end touches, and why.

`tensorflow.python` promises none of them.  All are looked up at the start, so that one that has
gone is said in one line.
"""
from typing import Any, Callable, Dict, Iterator, NamedTuple, Tuple

from reproduce.shared.errors import InputError

TRIED = ('2.16', '2.21')  # the oldest and the newest; every name below was tried on both

SESSION = 'client._pywrap_tf_session'
EAGER = '_pywrap_tfe'
UTILITIES = 'util._pywrap_utils'
FILES = 'lib.io._pywrap_file_io'
RECORDS = 'lib.io._pywrap_record_io'
CHECKPOINTS = 'util._pywrap_checkpoint_reader'


class Names(NamedTuple):
    """What is taken from one compiled module of `tensorflow.python`."""

    reason: str
    same: str = ''  # with 1.15's name and meaning: passed on as they are
    other: str = ''  # what the bridge makes 1.15's names of


MODULES: Dict[str, Names] = {
    '_pywrap_tensorflow_internal': Names('loads the runtime; the other modules need it'),
    SESSION: Names(
        'graphs, operations, functions and sessions',
        'AddWhileInputHack ClearAttr EqualAttrValueWrapper EqualGraphDefWrapper ExtendSession '
        'GetHandleShapeAndType GetOperationInputs SetAttr SetHandleShapeAndType '
        'TF_AddControlInput TF_AddInput TF_AddInputList TF_ApiDefMapGet TF_ApiDefMapPut '
        'TF_CloseSession TF_DeleteApiDefMap TF_DeleteBuffer TF_DeleteDeviceList '
        'TF_DeleteFunction TF_DeleteImportGraphDefOptions TF_DeleteImportGraphDefResults '
        'TF_DeleteSession TF_DeleteSessionOptions TF_DeviceListCount TF_DeviceListIncarnation '
        'TF_DeviceListMemoryBytes TF_DeviceListName TF_DeviceListType '
        'TF_FunctionImportFunctionDef TF_FunctionSetAttrValueProto '
        'TF_GetAllOpList TF_GetAllRegisteredKernels TF_GetRegisteredKernelsForOp '
        'TF_GetXlaConstantFoldingDisabled TF_GraphCopyFunction TF_GraphNextOperation '
        'TF_GraphSetOutputHandleShapesAndTypes_wrapper TF_GraphToFunction_wrapper '
        'TF_ImportGraphDefOptionsAddInputMapping '
        'TF_ImportGraphDefOptionsAddReturnOperation TF_ImportGraphDefOptionsAddReturnOutput '
        'TF_ImportGraphDefOptionsRemapControlDependency TF_ImportGraphDefOptionsSetPrefix '
        'TF_ImportGraphDefOptionsSetUniquifyNames '
        'TF_ImportGraphDefOptionsSetValidateColocationConstraints '
        'TF_ImportGraphDefResultsMissingUnusedInputMappings_wrapper '
        'TF_ImportGraphDefResultsReturnOperations TF_ImportGraphDefResultsReturnOutputs '
        'TF_Input TF_NewApiDefMap TF_NewBuffer TF_NewBufferFromString '
        'TF_NewImportGraphDefOptions TF_NewServer TF_NewSessionRef TF_OperationDevice '
        'TF_OperationGetAttrValueProto TF_OperationGetControlOutputs_wrapper TF_OperationName '
        'TF_OperationNumInputs TF_OperationNumOutputs TF_OperationOpType '
        'TF_Output TF_ServerJoin TF_ServerStart TF_ServerStop '
        'TF_ServerTarget TF_SessionListDevices TF_SessionMakeCallable '
        'TF_SessionPRunSetup_wrapper TF_SessionPRun_wrapper TF_SessionReleaseCallable '
        'TF_SessionRunCallable TF_SessionRun_wrapper TF_SetAttrValueProto TF_SetDevice '
        'TF_SetXlaAutoJitMode TF_SetXlaConstantFoldingDisabled TF_SetXlaEnableLazyCompilation '
        'TF_SetXlaMinClusterSize TF_TryEvaluateConstant_wrapper UpdateEdge',
        'PyGraph PyGraph.Dismantle PyGraph._add_op PyGraph._get_operation_by_name '
        'PyGraph._op_def_for_type PyGraph._version_def PyGraph.new_operations PyOperation '
        'PyOperation._add_control_input PyOperation._remove_all_control_inputs '
        'PyOperation._set_device_from_string PyOperation.control_inputs PyOperation.graph '
        'PyOperation.name PyTensor PyTensor._set_shape PyTensor._shape PyTensor.consumers '
        'TF_DeleteLibraryHandle TF_FinishOperation TF_FunctionToFunctionDef TF_GetBuffer '
        'TF_GetOpList TF_GraphToGraphDef TF_OperationToNodeDef '
        'TF_GraphImportGraphDefWithResults TF_LoadLibrary TF_NewOperation TF_Operation '
        'TF_OperationGetAttrType TF_OperationInputType TF_OperationOutputType TF_Reset_wrapper '
        '_TF_NewSessionOptions _TF_SetConfig _TF_SetTarget get_compiler_version '
        'get_cxx11_abi_flag get_monolithic_build get_tensor_handle_key get_version'),
    EAGER: Names(
        'eager execution',
        'TFE_CancellationManagerIsCancelled TFE_CancellationManagerStartCancel '
        'TFE_ClearScalarCache TFE_ContextAddFunction TFE_ContextAddFunctionDef '
        'TFE_ContextClearCaches TFE_ContextDisableGraphCollection '
        'TFE_ContextDisableRunMetadata TFE_ContextEnableGraphCollection '
        'TFE_ContextEnableRunMetadata TFE_ContextExportRunMetadata '
        'TFE_ContextGetDevicePlacementPolicy TFE_ContextGetExecutorForThread '
        'TFE_ContextHasFunction TFE_ContextListDevices TFE_ContextOptionsSetAsync '
        'TFE_ContextOptionsSetConfig TFE_ContextOptionsSetDevicePlacementPolicy '
        'TFE_ContextRemoveFunction TFE_ContextSetExecutorForThread TFE_ContextSetServerDef '
        'TFE_ContextSetThreadLocalDevicePlacementPolicy TFE_DEVICE_PLACEMENT_EXPLICIT '
        'TFE_DEVICE_PLACEMENT_SILENT TFE_DEVICE_PLACEMENT_SILENT_FOR_INT32 '
        'TFE_DEVICE_PLACEMENT_WARN TFE_DeleteContextOptions TFE_DeleteExecutor '
        'TFE_EnableCollectiveOps TFE_ExecutorClearError TFE_ExecutorIsAsync '
        'TFE_ExecutorWaitForAllPendingNodes TFE_Monitoring* TFE_NewCancellationManager '
        'TFE_NewContextOptions TFE_OpNameGetAttrType TFE_Py_EnableInteractivePythonLogging '
        'TFE_Py_Execute TFE_Py_ExecuteCancelable TFE_Py_ForwardAccumulatorJVP '
        'TFE_Py_ForwardAccumulatorNew TFE_Py_ForwardAccumulatorSetRemove '
        'TFE_Py_ForwardAccumulatorWatch TFE_Py_InitEagerTensor TFE_Py_RecordGradient '
        'TFE_Py_RegisterFallbackExceptionClass TFE_Py_SetEagerContext TFE_Py_TapeGradient '
        'TFE_Py_TapeSetAdd TFE_Py_TapeSetDeleteTrace TFE_Py_TapeSetIsEmpty '
        'TFE_Py_TapeSetIsStopped TFE_Py_TapeSetNew TFE_Py_TapeSetPossibleGradientTypes '
        'TFE_Py_TapeSetRemove TFE_Py_TapeSetRestartOnThread TFE_Py_TapeSetStopOnThread '
        'TFE_Py_TapeVariableAccessed TFE_Py_TapeWatch TFE_Py_TapeWatchVariable '
        'TFE_Py_TapeWatchedVariables TFE_Py_TensorShapeSlice TFE_Py_UID TF_ATTR_SHAPE '
        'TF_ATTR_TYPE TF_ListPhysicalDevices TF_PickUnusedPortOrDie',
        'EagerContextThreadLocalData TFE_NewContext TFE_NewExecutor TFE_Py_FastPathExecute '
        'TFE_Py_RegisterExceptionClass TFE_Py_RegisterGradientFunction TFE_Py_RegisterVSpace '
        'TFE_Py_SetCEagerContext TFE_Py_TapeSetRecordOperation '
        'TFE_Py_TapeSetShouldRecordBackprop'),
    '_pywrap_py_exception_registry': Names(
        'which class an error of the runtime has', '', 'PyExceptionRegistry_Init'),
    UTILITIES: Names(
        'nested structures',
        'AssertSameStructure AssertSameStructureForData Flatten FlattenForData IsAttrs '
        'IsCompositeTensor IsMapping IsMappingView IsNamedtuple IsTensor IsTypeSpec IsVariable '
        'SameNamedtuples',
        'IsNested IsNestedForData IsNestedOrComposite RegisterPyObject'),
    FILES: Names(
        'files of every file system that the runtime knows',
        'CopyFile CreateDir DeleteFile DeleteRecursively FileExists GetChildren '
        'GetMatchingFiles RecursivelyCreateDir RenameFile',
        'BufferedInputStream IsDirectory Stat WritableFile'),
    RECORDS: Names('TFRecord files', '', 'RecordIterator RecordWriter RecordWriterOptions'),
    CHECKPOINTS: Names(
        'reading checkpoints', '',
        'CheckpointReader CheckpointReader.CheckpointReader_GetTensor '
        'CheckpointReader._GetVariableToDataTypeMap CheckpointReader._HasTensor '
        'CheckpointReader.debug_string CheckpointReader.get_variable_to_shape_map'),
    'util._pywrap_kernel_registry': Names('which kernels there are', 'TryFindKernelClass'),
    'lib.core._pywrap_py_func': Names('py_func', '', 'initialize_py_trampoline'),
    'client._pywrap_events_writer': Names('summaries', 'EventsWriter'),
    'client._pywrap_device_lib': Names('the list of devices', '', 'list_devices'),
    'util._pywrap_util_port': Names(
        'how the runtime was built',
        'GpuSupportsHalfMatMulAndConv IsBuiltWithROCm IsGoogleCudaEnabled IsMklEnabled'),
    'util._pywrap_stat_summarizer': Names('step statistics', 'StatSummarizer'),
    'util._pywrap_tfprof': Names(
        'the profiler', 'AddStep DeleteProfiler NewProfiler PrintModelAnalysis Profile '
        'SerializeToString WriteProfile'),
    'platform._pywrap_stacktrace_handler': Names('crashes', 'InstallStacktraceHandler'),
    'grappler._pywrap_tf_cluster': Names(
        "grappler's clusters",
        'TF_DeterminePeakMemoryUsage TF_EstimatePerformance TF_GetSupportedDevices '
        'TF_ListAvailableOps TF_ListDevices TF_MeasureCosts TF_NewCluster TF_NewVirtualCluster '
        'TF_ShutdownCluster'),
    'grappler._pywrap_tf_item': Names(
        "grappler's items",
        'TF_GetColocationGroups TF_GetOpProperties TF_IdentifyImportantOps TF_NewItem'),
    'grappler._pywrap_tf_optimizer': Names("grappler's optimizer", 'TF_OptimizeGraph'),
    '_pywrap_quantize_training': Names(
        'quantized training', '', 'DoQuantizeTrainingOnGraphDefHelper'),
    'util._pywrap_transform_graph': Names(
        'graph transforms', 'TransformGraphWithStringInputs'),
    'framework._pywrap_python_op_gen': Names(
        "wrappers of a user's operations", '', 'GetPythonWrappers'),
    'util._tf_stack': Names('types that other modules need'),
    'framework._dtypes': Names('types that other modules need'),
}


def passed_on(load: Callable[[str], Any]) -> Iterator[Tuple[str, Any]]:
    """The names that 1.15 knows too, each with its value; `load` imports a module."""
    for path, names in MODULES.items():
        module = load(path)
        for name in names.same.split():
            if name.endswith('*'):
                yield from ((each, getattr(module, each)) for each in dir(module)
                            if each.startswith(name[:-1]))
            else:
                yield name, getattr(module, name)


def check(load: Callable[[str], Any], version: str) -> None:
    """Look every name up.

    Args:
      load: imports a module of `tensorflow.python`.
      version: of today's TensorFlow.

    Raises:
      InputError: one is missing.
    """
    for path, names in MODULES.items():
        try:
            module = load(path)
            missing = [name for name in f'{names.same} {names.other}'.split()
                       if not name.endswith('*') and not _has(module, name)]
        except ModuleNotFoundError:
            missing = ['']
        if missing:
            name = f'tensorflow.python.{path}.{missing[0]}'.rstrip('.')
            raise InputError(f'TensorFlow {version} has no {name} ({names.reason}), which the '
                             f'front end needs; it was tried on {TRIED[0]} to {TRIED[-1]}: '
                             f'pip install "tensorflow=={TRIED[-1]}.*"')


def _has(owner: Any, name: str) -> bool:
    for part in name.split('.'):
        if not hasattr(owner, part):
            return False
        owner = getattr(owner, part)
    return True
